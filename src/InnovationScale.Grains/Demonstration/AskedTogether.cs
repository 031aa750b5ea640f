using InnovationScale.Community;

namespace InnovationScale.Demonstration;

/// <summary>What the network wants to know, who works on it together, and who came to belong. Invented.</summary>
internal static class AskedTogether
{
    private const string OtherLanguage = "talk-in-another-language", WithoutReading = "families-that-do-not-read", Lasting = "does-it-last", TwoLanguages = "two-languages", PlainWords = "plain-words", Member = "member-las-golondrinas", Applicant = "member-cedar-court";

    public static async Task Tell(DemonstrationSteps steps)
    {
        await Agenda(steps.On(2026, 9, 14));
        await Groups(steps.On(2026, 9, 28));
        await Memberships(steps.On(2026, 10, 12));
    }

    private static async Task Agenda(DemonstrationSteps steps)
    {
        await steps.Do("fatou", OtherLanguage, new AskQuestion("Does talking before writing help where lessons are in another language than the one of the home?", "Half of our schools teach so. If it does not help there, we should not train for it."));
        await steps.Do("ndeye", OtherLanguage, new LinkWork(new(WorkKind.Innovation, Lantern.TalkFirst)));
        await steps.Do("oscar", OtherLanguage, new AnswerQuestion("Not that anybody could show. Three trials there together show no gain and leave open whether pupils lose. Version 2, which lets pupils talk in the language of the home, has no public evaluation yet.",
            [new(WorkKind.Innovation, Lantern.TalkFirst)]));
        await steps.Do("mateo", WithoutReading, new AskQuestion("Does homework as a voice note reach families in which nobody reads?", "Letters do not reach them."));
        await steps.Do("bilal", WithoutReading, new LinkWork(new(WorkKind.Innovation, Lantern.VoiceNotes)));
        await steps.Do("amina", Lasting, new AskQuestion("What is still done a year after a trial, when nobody visits any more?", "We train anew every August and do not know what for."));
    }

    private static async Task Groups(DemonstrationSteps steps)
    {
        await steps.Do("ndeye", TwoLanguages, new ProposeGroup(GroupKind.Challenge, "Two languages in one lesson", "Tries version 2 in four more schools and writes down what teachers change.", OtherLanguage));
        foreach (var person in (string[])["fatou", "ousmane"]) await steps.Do(person, TwoLanguages, new JoinGroup());
        await steps.Do("ndeye", TwoLanguages, new StartGroup());
        await steps.Do("bilal", PlainWords, new ProposeGroup(GroupKind.Working, "Plain words for parents", "Says what a trial is in words that parents read."));
        foreach (var person in (string[])["safia", "mateo"]) await steps.Do(person, PlainWords, new JoinGroup());
        await steps.Do("bilal", PlainWords, new StartGroup());
        await steps.On(2026, 11, 2).Do("mateo", PlainWords, new ConcludeGroup("One page in four languages. Twelve parents read it to us before it was printed, and three sentences fell.", "On the wall of every school office."));
    }

    private static async Task Memberships(DemonstrationSteps steps)
    {
        await steps.Do("hernan", Member, new ApplyForMembership("las-golondrinas", "We tried what others had tried before us and want to hear of it first.", "Two classes that are taught in two languages, and a yard that is large enough for everybody’s meeting."));
        foreach (var person in (string[])["adler", "thabo"]) await steps.Do("bilal", Member, new AskMembershipReviewer(person));
        await steps.Do("adler", Member, new ReviewMembership(true), "Their pilot was reported in full, with what went wrong.");
        await steps.Do("thabo", Member, new ReviewMembership(true), "They will learn from the others and the others from them.");
        await steps.On(2026, 11, 9).Do("khalil", Applicant, new ApplyForMembership("cedar-court", "We are alone in our town.", "Lessons in Arabic for pupils who came last year."));
        foreach (var person in (string[])["adler", "thabo"]) await steps.Do("leila", Applicant, new AskMembershipReviewer(person));
        await steps.Do("adler", Applicant, new ReviewMembership(true), "They say plainly what they do not know.");
    }
}
