using System.Collections.Immutable;
using InnovationScale.Acts;
using InnovationScale.Components;
using InnovationScale.People;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>What a team does with its pilot beside the questions of its registration.</summary>
internal sealed class PilotActs(Desk desk, Access access, PilotDesk pilots, PilotLists lists, TimeProvider clock) : Acts<Pilot>("pilots", desk, access)
{
    /// <summary>Between an innovation and its version, as one answer.</summary>
    private const char OfVersion = '|';

    protected override string Title(ActsAsked<Pilot> asked) => asked.View.State.Title;

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<Pilot> asked)
    {
        var (pilot, enquiry, teaching, words) = (asked.View.State, asked.View.State.Enquiry, asked.View.State.Teaching, asked.Words);
        var names = await lists.Names(asked.Who, pilot.Team);
        return
        [
            Row(asked, "choose-innovation", a => Chosen(a["innovation"].Split(OfVersion)),
                new Question("innovation", Asks.Select) { Options = await Innovations(asked.Who), Given = $"{pilot.Innovation}{OfVersion}{pilot.Version}" }),
            Row(asked, "name-contact", a => new DescribePilot(SafeguardingContact: a["contact"]), new Question("contact") { Given = pilot.SafeguardingContact }),
            Row(asked, "describe-teaching", a => new DescribeTeaching(new(a.OrNull("reason"), a.OrNull("materials"), a.OrNull("procedures"), a.OrNull("provider"), a.OrNull("where"), a.OrNull("much"))),
                Open("reason", teaching.Why), Open("materials", teaching.Materials), Open("procedures", teaching.Procedures), Open("provider", teaching.Provider),
                Open("where", teaching.HowAndWhere), Open("much", teaching.HowMuch)),
            Row(asked, "describe-learners", a => new DescribePilotContext(ContextQuestions.Read(a, pilot.Context, Today, ContextPart.Learners)), ContextQuestions.Of(words, pilot.Context, ContextPart.Learners)),
            Row(asked, "describe-delivery", a => new DescribePilotContext(ContextQuestions.Read(a, pilot.Context, Today, ContextPart.Delivery)), ContextQuestions.Of(words, pilot.Context, ContextPart.Delivery)),
            Row(asked, "tell-head", a => new TellHead(a["head"], a.Day("told")!.Value, a.Yes("consents")), new Question("head") { Given = pilot.Head?.Name },
                new("told", Asks.Day) { Given = pilot.Head?.On.ToString("O") }, new("consents", Asks.YesNo) { Given = pilot.Head is { } head ? head.Consents ? "yes" : "no" : null }),
            Row(asked, "plan-enquiry", a => new PlanEnquiry(new(a.OrNull("question"), a.OrNull("watch"), a.OneOrNull<WatchKind>("as"), a.OrNull("aim"), a.Number("target"), a.OrNull("drivers"),
                    a.OrNull("measure"), a.OrNull("group"), a.OrNull("waiver"))),
                Open("question", enquiry.Question), Open("watch", enquiry.Watch), Question.Of("as", words, enquiry.WatchAs) with { Optional = true }, Open("aim", enquiry.Aim),
                new("target", Asks.Number) { Optional = true, Given = enquiry.Target?.ToString(System.Globalization.CultureInfo.InvariantCulture) }, Open("drivers", enquiry.Drivers),
                Open("measure", enquiry.Measure), Open("group", enquiry.ChallengeGroup), Open("waiver", enquiry.Waiver)),
            Row(asked, "say-what-changed", a => new SayWhatChanged(a["what"]), new Question("what", Asks.Text) { Given = pilot.WhatChanged }),
            Row(asked, "state-consent", a => new StateConsentBasis(a.One<ConsentBasis>("basis"), a["note"]), Question.Of("basis", words, pilot.ConsentBasis), new("note", Asks.Text)),
            Row(asked, "accept-parts", a => new AcceptCoreComponents(a.Day("trained")!.Value), new Question("trained", Asks.Day) { Given = pilot.TrainedOn?.ToString("O") }),
            Row(asked, "ask-ethics", _ => new RequestEthics(), Question.Why) with { Adds = true },
            Row(asked, "join-team", a => new JoinTeam(a["person"]), new Question("person", Asks.Person)) with { Adds = true },
            Row(asked, "leave-team", a => new LeaveTeam(a["person"]), new Question("person", Asks.Select) { Options = [.. pilot.Team.Select(person => new Choice(person, names.GetValueOrDefault(person, person)))] }) with { Adds = true },
            Row(asked, "confirm", _ => new ConfirmPilot()) with { Adds = true },
        ];
    }

    protected override bool MayNow(Pilot pilot, Type command, Principal who) => pilot.Status is PilotStatus.Active or PilotStatus.Paused && command.Name switch
        {
            nameof(ConfirmPilot) => !pilot.LeadConfirmed,
            nameof(ChooseInnovation) or nameof(DescribePilot) => pilot.Stage is PilotStage.Draft,
            nameof(PlanEnquiry) => pilot.Stage is not (PilotStage.Trial or PilotStage.Evaluation),
            nameof(SayWhatChanged) => pilot.Stage is PilotStage.Enquiry,
            nameof(AcceptCoreComponents) => pilot.Innovation is not null,
            nameof(RequestEthics) => pilot.Ethics is not { Outcome: null },
            nameof(LeaveTeam) => pilot.Team.Length > 1,
            _ => true,
        };

    protected override Task<Outcome> Send(ActsAsked<Pilot> asked, Request request, ICommand<Pilot> command) => pilots.Execute(asked.Who, request, asked.View.Id, (PilotCommand)command);

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    private Task<List<Choice>> Innovations(Principal who) => Desk.Query(who, "list-innovations", async connection =>
        (await connection.Query("select id, title, versions from innovation order by title, id limit 500", r => (Id: r.GetString(0), Title: r.GetString(1), Versions: (int)r.GetInt64(2))))
            .SelectMany(one => Enumerable.Range(1, one.Versions).Reverse().Select(n => new Choice($"{one.Id}{OfVersion}v{n}", $"{one.Title}, v{n}"))).ToList());

    private static ChooseInnovation Chosen(string[] chosen) => new(chosen[0], chosen[1]);

    private static Question Open(string name, string? given) => new(name, Asks.Text) { Optional = true, Given = given };
}
