namespace InnovationScale.Help;

/// <summary>What to do here, told to each kind of reader, and what the words mean. Linked in the footer of every page.</summary>
public sealed class HelpPage : AppPage
{
    /// <summary>A kind of reader, and what such a one does here, in order.</summary>
    public sealed record Reader(string Id, string Who, string[] Steps);

    /// <summary>A plain word of these pages, what it means, and the term of research for it.</summary>
    public sealed record Term(string Plain, string Meaning, string Research);

    public IReadOnlyList<Reader> Readers { get; } =
    [
        new("teacher", Words.Key("If you teach"),
        [
            Words.Key("Sign in, and press “Register a pilot”. Four short pages ask what you will try, who else knows about it, and whether it is ordinary teaching. You can stop on any page and come back."),
            Words.Key("Start a cycle: say what you will try and what you expect. What you expect cannot be changed once you have begun, so that you can be surprised."),
            Words.Key("Log what you see, as a number, as so many out of so many, or as a note. Where nothing was measured, say why."),
            Words.Key("Close the cycle: say what happened, and whether you keep it, change it or stop. Three lines go to the next school."),
            Words.Key("Your first page always shows what waits for you, and a pilot’s page shows what is missing for its next step and who can supply it."),
        ]),
        new("researcher", Words.Key("If you do research"),
        [
            Words.Key("Plan a trial: what you expect, how groups are made, and the one result you will judge by. Somebody else looks at the plan and dates it before there are results."),
            Words.Key("Upload results as CSV or XLSX. The file is tried out first, and every mistake is named with its row and how to mend it. No row of a pupil is kept, only counts and averages of classes."),
            Words.Key("Somebody else compares the results with their source. Then two people close them, and nobody can change them any more."),
            Words.Key("Work out what the results say, and give it to an evaluator to sign. Under “Show the numbers” stand the terms of research, and on an innovation’s page the lines of R that compute them again."),
        ]),
        new("funder", Words.Key("If you decide what is paid for or spread"),
        [
            Words.Key("Open an innovation: the first sentence says whether it helps, and the next ones how sure that is and why it is not surer."),
            Words.Key("Read what the next school might see. It is wider than what was found so far, because schools differ."),
            Words.Key("Look at who was not heard from: a trial that was given up or is overdue is counted and named."),
            Words.Key("The history of a record shows who did what, when and why, and checks that nothing was changed afterwards."),
        ]),
        new("visitor", Words.Key("If you are looking around"),
        [
            Words.Key("Everything that is public can be read without signing in: innovations, pilots, trials and what they found, also where nothing was found."),
            Words.Key("The word “Cannot tell yet” means just that: it is neither good nor bad news."),
        ]),
    ];

    public IReadOnlyList<Term> Glossary { get; } =
    [
        new(Words.Key("How big the difference is"), Words.Key("By how much the pupils who got something new differ from the others, measured in the usual spread between pupils."), Words.Key("effect size (Hedges’ g)")),
        new(Words.Key("Likely between … and …"), Words.Key("Where the true difference probably lies. The more pupils and classes, the closer the two numbers."), Words.Key("95% confidence interval")),
        new(Words.Key("What the next school might see"), Words.Key("Where the difference may lie in one more school like these."), Words.Key("prediction interval")),
        new(Words.Key("Pupils in a class are alike, so they count as fewer"), Words.Key("They share a teacher and a room. Thirty pupils of one class say less than thirty of thirty classes."), Words.Key("intraclass correlation, design effect")),
        new(Words.Key("Smallest difference this could notice"), Words.Key("A smaller one may be there, and the trial would not have seen it."), Words.Key("minimum detectable effect size")),
        new(Words.Key("Where pupils started"), Words.Key("What they could do before anything was tried. Groups that started apart cannot be compared safely."), Words.Key("baseline")),
        new(Words.Key("Our plan, dated before results"), Words.Key("Nobody can choose the nicest result afterwards, since the plan was there first."), Words.Key("preregistration")),
        new(Words.Key("Where we left the plan"), Words.Key("What was done otherwise than planned, told to everybody with the reason."), Words.Key("deviation")),
        new(Words.Key("Chosen by lot"), Words.Key("Chance decides who gets it first, so that the groups differ in nothing else."), Words.Key("random allocation")),
        new(Words.Key("Pupils we lost track of"), Words.Key("They were there at the start and have no result. If many are lost, or more from one group, the result is less sure."), Words.Key("attrition")),
        new(Words.Key("Results closed"), Words.Key("Two people have looked at them, and nobody can change them any more."), Words.Key("data lock")),
        new(Words.Key("Parts you must keep"), Words.Key("Without them it would be something else, and what was found would not hold for it."), Words.Key("core components")),
        new(Words.Key("What we changed and why"), Words.Key("A change somebody made to fit their school. If it touches a part that must be kept, what is known starts anew."), Words.Key("adaptation")),
        new(Words.Key("Tried again elsewhere"), Words.Key("The same thing in another school, to see whether it holds there too."), Words.Key("replication")),
        new(Words.Key("More than chance wobble"), Words.Key("Values always go up and down a little. This says that they have moved further than that."), Words.Key("run-chart signal")),
        new(Words.Key("Too small to tell alone"), Words.Key("One result by itself does not decide it. Together with others it may."), Words.Key("indeterminate")),
    ];
}
