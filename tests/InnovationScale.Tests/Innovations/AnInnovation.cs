using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Pilots;
using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Innovations;

/// <summary>An innovation changes only by adaptations, and every change makes a version.</summary>
public class AnInnovation
{
    private static readonly Story<Innovation> Registered = Story.Of<Innovation>()
        .When(new RegisterInnovation("Paired reading", "Pupils read aloud in pairs", "Practice") { CoreComponents = ["pairs", "aloud"], MayDependOn = ["age"] }, Ana)
        .Then(new InnovationRegistered("Paired reading", "Pupils read aloud in pairs", "Practice", ["pairs", "aloud"], ["age"]));

    private static readonly Frame Shorter = new("Ten minutes, not twenty") { Nature = Nature.Shortening, Fidelity = Fidelity.Consistent };
    private static readonly Frame Silent = new("Silent reading") { Nature = Nature.Substituting, CoreComponentsTouched = ["aloud"], Fidelity = Fidelity.Consistent };

    private static Story<Innovation> Agreed(Frame frame) => Registered.After(new ProposeAdaptation("a1", "v1", frame), Ana).After(new AgreeAdaptation("a1"), Ben);

    [Fact]
    public void Says_what_it_is_and_which_parts_are_kept()
    {
        Story.Of<Innovation>().When(new RegisterInnovation(" ", "Pairs"), Ana).ThenRefused("title-missing");
        Story.Of<Innovation>().When(new RegisterInnovation("Pairs", " "), Ana).ThenRefused("description-missing");
        Story.Of<Innovation>().When(new RegisterInnovation("Pairs", "Pairs") { CoreComponents = ["a", "a"] }, Ana).ThenRefused("components-impossible");
        Story.Of<Innovation>().When(new RegisterInnovation("Pairs", "Pairs") { MayDependOn = ["moon"] }, Ana).ThenRefused("context-question-unknown");
        Story.Of<Innovation>().When(new RegisterInnovation("Pairs", "Pairs"), Auditor).ThenRefused("may-not-change-innovations");
        Story.Of<Innovation>().When(new DescribeInnovation(Title: "Pairs"), Ana).ThenRefused("no-such-innovation");
        Registered.When(new RegisterInnovation("Again", "Again"), Ana).ThenRefused("innovation-already-registered")
            .When(new DescribeInnovation(), Ana).ThenRefused("nothing-answered")
            .When(new DescribeInnovation(Theory: "Fluency"), Ana).Then(new InnovationDescribed(null, null, "Fluency", null));
    }

    [Fact]
    public void Becomes_a_minor_version_while_the_core_is_kept() => Agreed(Shorter)
        .When(new EnactAdaptation("a1", ["pairs", "aloud"]), Ana).Then(new AdaptationEnacted("a1", "v1", "v2", ["pairs", "aloud"], Major: false))
        .Where(i => Assert.Equal("v1", i.Version("v2")!.Parent));

    [Fact]
    public void Becomes_a_major_version_when_the_core_is_touched() => Agreed(Silent)
        .When(new EnactAdaptation("a1", ["pairs"]), Ana).Then(new AdaptationEnacted("a1", "v1", "v2", ["pairs"], Major: true));

    [Fact]
    public void Keeps_its_evidence_when_a_researcher_rules_so_with_reasons() => Agreed(Silent)
        .When(new RuleOnFidelity("a1", true), Ben.Because("Fine")).ThenRefused("researcher-only")
        .When(new RuleOnFidelity("a1", true), Researcher).ThenRefused("reason-missing")
        .When(new RuleOnFidelity("a1", true), Researcher.Because("Whispering counts")).Then(new FidelityRuled("a1", true))
        .When(new EnactAdaptation("a1", ["pairs"]), Ana).Then(new AdaptationEnacted("a1", "v1", "v2", ["pairs"], Major: false))
        .When(new RuleOnFidelity("a1", false), Researcher.Because("Too late")).ThenRefused("adaptation-not-open");

    [Fact]
    public void Is_not_agreed_or_ruled_on_by_its_proposer() => Registered
        .After(new ProposeAdaptation("a1", "v1", Shorter), Researcher)
        .When(new AgreeAdaptation("a1"), Researcher).ThenRefused("own-proposal")
        .When(new RuleOnFidelity("a1", true), Researcher.Because("Mine")).ThenRefused("own-proposal");

    [Fact]
    public void Is_changed_step_by_step() => Registered
        .When(new EnactAdaptation("a1", []), Ana).ThenRefused("no-such-adaptation")
        .After(new ProposeAdaptation("a1", "v1", Shorter), Ana)
        .When(new ProposeAdaptation("a1", "v1", Shorter), Ana).ThenRefused("adaptation-exists")
        .When(new EnactAdaptation("a1", []), Ana).ThenRefused("adaptation-not-at-this-stage")
        .When(new RejectAdaptation("a1"), Ben).ThenRefused("reason-missing")
        .When(new RejectAdaptation("a1"), Ben.Because("Too short")).Then(new AdaptationRejected("a1"))
        .When(new AgreeAdaptation("a1"), Ben).ThenRefused("adaptation-not-at-this-stage");

    [Fact]
    public void Loses_no_part_by_accident() => Agreed(Shorter).When(new EnactAdaptation("a1", ["pairs"]), Ana).ThenRefused("component-lost");

    [Fact]
    public void Takes_only_proposals_that_can_be_true() => Registered
        .When(new ProposeAdaptation("a1", "v9", Shorter), Ana).ThenRefused("no-such-version")
        .When(new ProposeAdaptation("a1", "v1", Shorter with { What = "" }), Ana).ThenRefused("change-missing")
        .When(new ProposeAdaptation("a1", "v1", Shorter with { CoreComponentsTouched = ["moon"] }), Ana).ThenRefused("no-such-component");

    [Fact]
    public void Hears_of_unplanned_changes_for_ninety_days_and_marks_them_late()
    {
        var unplanned = Shorter with { Planning = Planning.Unplanned };
        Registered.When(new ProposeAdaptation("a1", "v1", unplanned), Ana).ThenRefused("day-missing")
            .When(new ProposeAdaptation("a1", "v1", unplanned with { HappenedOn = Ana.Day.AddDays(9) }), Ana).ThenRefused("day-in-the-future")
            .When(new ProposeAdaptation("a1", "v1", unplanned with { HappenedOn = Ana.Day.AddDays(-91) }), Ana).ThenRefused("told-too-late")
            .When(new ProposeAdaptation("a1", "v1", unplanned with { HappenedOn = Ana.Day.AddDays(-90) }), Ana)
            .Then(new AdaptationProposed("a1", "v1", unplanned with { HappenedOn = Ana.Day.AddDays(-90) }, Late: true));
    }

    /// <summary>I26: whatever is proposed and enacted in whatever order, every version's parent came before it.</summary>
    [Fact]
    public void Has_versions_that_form_a_tree() => Prop.ForAll(Asked.ToArbitrary(), commands =>
    {
        var innovation = Registered.State;
        foreach (var (command, who) in commands)
        {
            foreach (var happened in innovation.Decide(command, who).Events) innovation = innovation.Evolve(happened, who);
        }

        Assert.Equal(innovation.Versions.Length, innovation.Versions.DistinctBy(v => v.Id).Count());
        Assert.Null(innovation.Versions[0].Parent);
        for (var i = 1; i < innovation.Versions.Length; i++) Assert.Contains(innovation.Versions[..i], v => v.Id == innovation.Versions[i].Parent);
    }).QuickCheckThrowOnFailure();

    private static readonly Gen<(InnovationCommand, Stamp)[]> Asked =
        from commands in Gen.OneOf(
            Gen.Choose(0, 5).SelectMany(a => Gen.Choose(1, 5).Select(InnovationCommand (v) => new ProposeAdaptation($"a{a}", $"v{v}", Shorter))),
            Gen.Choose(0, 5).Select(InnovationCommand (a) => new AgreeAdaptation($"a{a}")),
            Gen.Choose(0, 5).Select(InnovationCommand (a) => new EnactAdaptation($"a{a}", ["pairs", "aloud"]))).ArrayOf(60)
        from who in Gen.Elements(Ana, Ben).ArrayOf(60)
        select commands.Zip(who).ToArray();
}
