namespace InnovationScale.Help;

/// <summary>What is kept about people and pupils, for how long, and who sees it.</summary>
public sealed class PrivacyPage : AppPage
{
    public IReadOnlyList<string> AboutPupils { get; } =
    [
        Words.Key("No row of a pupil is kept. An uploaded file becomes counts and averages of classes while it arrives; the file itself is never stored."),
        Words.Key("A class that is too small is put together with others or left out, so that nobody’s score can be worked out."),
        Words.Key("Columns that look like names, birth dates, addresses or numbers of identity are refused."),
        Words.Key("In sentences that people write, no pupil is named. The forms say so where somebody might."),
    ];

    public IReadOnlyList<string> AboutYou { get; } =
    [
        Words.Key("Your name, the school or organisation you work in and your roles; with an account also your e-mail address, and your password in a form that cannot be turned back."),
        Words.Key("What you did here, when and why. This history is kept for ever, so that nobody can change afterwards what was found."),
        Words.Key("A cookie that keeps you signed in, and one that protects forms. There are no others, nothing is loaded from other sites, and nobody counts your visits."),
    ];
}
