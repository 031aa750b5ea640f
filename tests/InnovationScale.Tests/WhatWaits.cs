using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale;

/// <summary>What the inbox tells whom, as records move on.</summary>
public sealed class WhatWaits : IDisposable
{
    private static readonly Principal
        Amina = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]),
        Joseph = new("joseph", "Joseph", [new(Role.Teacher, "heron-bay")]),
        Lead = new("hanna", "Hanna", [new(Role.SchoolLead, "heron-bay")]),
        OtherLead = new("olga", "Olga", [new(Role.SchoolLead, "casa")]),
        Ndeye = new("ndeye", "Ndeye", [new(Role.Researcher, "institute")]),
        Rana = new("rana", "Rana", [new(Role.ProgrammeOfficer, "lantern")]),
        Sam = new("sam", "Sam", [new(Role.SafeguardingLead, "lantern")]),
        WithoutRoles = new("wim", "Wim", []),
        SamElsewhere = new("sue", "Sue", [new(Role.SafeguardingLead, "other")]);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly EventLog log;
    private readonly LocalGrains grains;
    private readonly Desk desk;
    private readonly Inbox inbox;
    private int commands;

    public WhatWaits()
    {
        var (kinds, access) = Product.Compose();
        var store = new SqlLogStore(new SqliteEngine(folder), kinds);
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        desk = new(grains, store, access, TimeProvider.System);
        inbox = new(desk, grains, new(desk), new(desk, TimeProvider.System));
    }

    public void Dispose()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Done<T>(Principal who, string id, ICommand<T> command) where T : class, IAggregate<T> =>
        Assert.Null((await desk.Execute(who, new($"c{commands++}"), id, command)).Refusal);

    private async Task<IEnumerable<string>> Told(Principal who) => (await inbox.Of(who)).Select(waiting => waiting.What);

    [Fact]
    public async Task A_move_that_somebody_signed_waits_for_whoever_can_sign_it_too()
    {
        await Done(Principal.System, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern"));
        await Done(Amina, "p", new StartPilot("Paired reading", "heron-bay"));
        await Done(Amina, "p", new JoinTeam("joseph"));
        Assert.Equal(["finish-draft"], await Told(Amina));
        Assert.Empty(await Told(Lead));

        await Done(Joseph, "p", new MovePilot(PilotTo.Withdrawn));
        Assert.Equal(["pilot-waits-for-others"], await Told(Joseph));
        Assert.Equal([new Waiting("sign-pilot", "pilot/p", "Paired reading")], await inbox.Of(Amina));
        Assert.Equal(["sign-pilot"], await Told(Lead));
        foreach (var who in (Principal[])[OtherLead, Ndeye, WithoutRoles, Principal.Anonymous]) Assert.Empty(await Told(who));

        await Done(Lead, "p", new MovePilot(PilotTo.Withdrawn));
        foreach (var who in (Principal[])[Amina, Joseph, Lead]) Assert.Empty(await Told(who));
    }

    [Fact]
    public async Task A_decision_on_ethics_waits_for_the_networks_own_person()
    {
        await Done(Principal.System, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern"));
        await Done(Amina, "p", new StartPilot("Paired reading", "heron-bay"));
        await Done(Amina, "p", new AnswerRoutinePractice(HeronBay.Routine with { PhotoOrRecording = true }));
        Assert.Equal(["decide-ethics"], await Told(Sam));
        Assert.Empty(await Told(SamElsewhere));
        await Done(Sam, "p", new DecideEthics(EthicsOutcome.Approved, "E-1"));
        Assert.Empty(await Told(Sam));
    }

    [Fact]
    public async Task A_plan_waits_to_be_dated_by_somebody_else_than_its_author()
    {
        await Done(Ndeye, "t", ATrial.Draft());
        await Done(Ndeye, "t", new SubmitTrial());
        Assert.Equal([new Waiting("date-plan", "trial/t", "Talk first")], await inbox.Of(Rana));
        Assert.Empty(await Told(Ndeye));
        await Done(Rana, "t", new RegisterTrial());
        Assert.Empty(await Told(Rana));
    }
}
