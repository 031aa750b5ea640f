using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Pilots;

/// <summary>Pilots: what may be asked of one is a noun below it. Edits and moves need If-Match; what is only added does not.</summary>
public static class PilotsApi
{
    private const string Pilots = "/api/v1/pilots";

    public static void MapPilots(this IEndpointRouteBuilder app)
    {
        var pilots = app.MapGroup(Pilots).WithTags("pilots");
        pilots.MapGet("", List).WithSummary("Pilots, newest first or by sort (started, title, -title). Visitors do not see drafts. Whole as CSV or NDJSON where Accept says so.")
            .Produces<Page<PilotListed>>().Produces<string>(StatusCodes.Status200OK, Csv.MediaType).Kept().WithRequestTimeout(TimeSpan.FromMinutes(10));
        app.MapPilotDownloads();
        pilots.MapPost("", async (NewPilot pilot, CurrentPerson person, IdempotencyKey key, PilotDesk desk) =>
            {
                var request = new Request(key.Value);
                var (id, start) = (Ids.For(person.AsPrincipal, request, Pilot.Kind), new StartPilot(pilot.Title, pilot.School, pilot.Innovation, pilot.Version, pilot.Preset) { Origin = pilot.Origin });
                return Told.Created(start.Origin is null ? await desk.Execute(person.AsPrincipal, request, id, start) : await desk.TryAgain(person.AsPrincipal, request, id, start), Pilots);
            })
            .WithSummary("Opens a draft; whoever opens it leads the team. With an origin, version, plan and measure of that pilot are copied.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = pilots.MapGroup("/{id}");
        one.MapGet("", Read).WithSummary("A pilot, with every gate ahead, what it still needs, and what moving up would add.").Produces<PilotRecord>().ProducesProblem(404).Kept();
        one.MapGet("/timeline", Timeline).WithSummary("What has happened to a pilot and its cycles, newest first.").Produces<Page<Happened>>().ProducesProblem(404);
        one.MapGet("/comments", async (string id, HttpContext context, Desk desk) =>
            {
                var who = CurrentPerson.PrincipalOf(context);
                return (await desk.Look<Pilot>(who, "read-pilot", id)).Exists
                    ? TypedResults.Ok(new Page<Comment>((await desk.Look<Comments>(who, "list-comments", id)).State.Said, null))
                    : Answer.NotFound();
            })
            .WithSummary("What people said about a pilot, in order. One that was withdrawn has no words.").Produces<Page<Comment>>().ProducesProblem(404);
        one.MapPost("/comments", async (string id, NewComment body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
            {
                var request = new Request(key.Value);
                return (await desk.Look<Pilot>(person.AsPrincipal, "read-pilot", id)).Exists
                    ? Told.Done(await desk.Execute(person.AsPrincipal, request, id, new WriteComment(Ids.For(person.AsPrincipal, request, "comment"), body.Text)))
                    : Answer.NotFound();
            })
            .WithSummary("Says something about a pilot.").Produces<Recorded>().ProducesProblem(404);
        one.MapDelete("/comments/{comment}", async (string id, string comment, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new WithdrawComment(comment))))
            .WithSummary("Withdraws a comment of one's own: its words are hidden.").Produces<Recorded>();
        one.MapPatch("", async (string id, DescribePilot answers, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, PilotDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, answers)))
            .WithSummary("Answers some questions of a draft: title, problem, learners, learnerCount, startMonth, safeguardingContact.").Produces<Recorded>();

        Put<NameSecondAdult>(one, "second-adult", "Names the second adult, who may work at another school.", body => body);
        Put<TellHead>(one, "head", "Says when the head was told, and whether the head consents.", body => body);
        Put<RoutinePractice>(one, "routine-practice", "Answers the six questions of the routine-practice check.", body => new AnswerRoutinePractice(body));
        Put<Teaching>(one, "teaching", "Answers some of the six questions on what will be done (TIDieR 2 to 8).", body => new DescribeTeaching(body));
        Put<ImmutableSortedDictionary<string, ContextAnswer>>(one, "context", "Answers questions on learners and delivery, by code.", body => new DescribePilotContext(body.WithUnknown()));
        Put<EnquiryPlan>(one, "enquiry-plan", "Says what is asked and watched.", body => new PlanEnquiry(body));
        Put<StateConsentBasis>(one, "consent-basis", "Says on what ground pupils take part in a trial.", body => body);
        Put<AcceptCoreComponents>(one, "core-components", "Accepts the parts that must be kept, with the day of the training.", body => body);
        Put<ChooseInnovation>(one, "innovation", "Says which innovation is tried, in which version.", body => body);
        Put<WriteLessons>(one, "lessons", "Leaves up to three lines for the next school.", body => new WriteLessons([.. body.Lines.Select(line => line ?? "")]));
        Put<SayWhatChanged>(one, "what-changed", "Says what was changed after a cycle.", body => body);

        Post<JoinTeam>(one, "team-members", "Takes a person onto the team.", body => (body, null));
        one.MapPost("/team-links", async (string id, CurrentPerson person, IdempotencyKey key, TeamLinks links) =>
            {
                var (outcome, secret) = await links.Invite(person.AsPrincipal, new(key.Value), id);
                return outcome.Refusal is null ? TypedResults.Ok(new TeamLinkMade(secret)) : Told.Done(outcome);
            })
            .WithSummary("Makes a link with which one colleague joins the team, open for fourteen days. Its key is shown once.").Produces<TeamLinkMade>();
        one.MapPost("/team-links/{key}", async (string id, string key, CurrentPerson person, IdempotencyKey command, TeamLinks links) =>
                Told.Done(await links.Join(person.AsPrincipal, new(command.Value), id, key)))
            .WithSummary("Joins the team by such a link.").Produces<Recorded>();
        one.MapDelete("/team-members/{member}", async (string id, string member, CurrentPerson person, IdempotencyKey key, PilotDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new LeaveTeam(member))))
            .WithSummary("A person leaves the team.").Produces<Recorded>();
        Post<Because>(one, "ethics-requests", "Asks the ethics person to look.", body => (new RequestEthics(), body.Reason));
        Post<EthicsDecision>(one, "ethics-decisions", "Decides on ethics.", body => (new DecideEthics(body.Outcome, body.Reference, body.Expires), body.Reason));
        Post<Because>(one, "confirmations", "The school's lead stands behind the pilot.", body => (new ConfirmPilot(), body.Reason));
        Post<Pause>(one, "pauses", "Stops teaching and money for a while.", body => (new PausePilot(body.Safeguarding), body.Reason));
        Post<Because>(one, "resumptions", "Goes on after a pause.", body => (new ResumePilot(), body.Reason));
        one.MapPost("/preset-changes", async (string id, PresetAsked asked, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, PilotDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, asked.Reason, version.Value), id, new ChangePreset(asked.To))))
            .WithSummary("Asks more of the pilot, or less while no trial has data.").Produces<Recorded>();
        one.MapPost("/moves", Move).WithSummary("Signs a move. It takes effect when everyone the gate asks for has signed.").Produces<Moved>();
    }

    private static void Put<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, PilotCommand> command) where TBody : class => one
        .MapPut("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, PilotDesk desk) =>
            Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, command(body))))
        .WithSummary(summary).Produces<Recorded>();

    private static void Post<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (PilotCommand, string? Reason)> command) where TBody : class => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, PilotDesk desk) =>
        {
            var (asked, reason) = command(body);
            return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason), id, asked));
        })
        .WithSummary(summary).Produces<Recorded>();

    // The parameters are named for the API's description; what they say is read as the pages read it.
#pragma warning disable IDE0060
    private static async Task<IResult> List(
        HttpContext context, PageAsked page, PilotLists lists, KnownVerdicts verdicts, string? country, string? stage, string? status, string? preset, string? school, string? innovation, string? q, bool? mine,
        string? subject, string? locality, string? setting, string? phase, string? verdict, string? sort)
#pragma warning restore IDE0060
    {
        var (who, asked) = (CurrentPerson.PrincipalOf(context), PilotsAsked.Read(context.Request.Query));
        if (asked.Unreadable is [var (name, text), ..]) throw new BadRequest("unreadable-request", $"“{text}” is no {name}.");

        var filter = await verdicts.Narrow(who, asked.Filter, asked.Verdict);
        context.Response.Headers.Vary = "Accept";
        if (PilotsExport.Asked(context) is { } type) return PilotsExport.Whole(context, type, wanted => lists.All(who, filter, asked.Order, wanted));

        var (rows, next) = await lists.List(who, filter, asked.Order, page.Limit, page.Keys(2));
        return TypedResults.Ok(Page<PilotListed>.Of(context, [.. rows.Select(PilotListed.Of)], next is null ? null : Cursor.Write(next)));
    }

    private static async Task<IResult> Read(string id, HttpContext context, Desk desk, PilotDesk pilots, TimeProvider clock)
    {
        var view = await desk.Look<Pilot>(CurrentPerson.PrincipalOf(context), "read-pilot", id);
        if (!view.Exists) return Answer.NotFound();

        // The gates rest on other records and on the day, so the same version may be told differently: the tag is for If-Match, and nothing is answered with 304.
        context.Response.Headers.ETag = EntityTag.Of(view.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(PilotRecord.Of(view, await pilots.Gather(view), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), CurrentPerson.PrincipalOf(context)));
    }

    private static async Task<IResult> Timeline(string id, HttpContext context, Desk desk, PilotLists lists)
    {
        var who = CurrentPerson.PrincipalOf(context);
        var view = await desk.Look<Pilot>(who, "read-pilot", id);
        if (!view.Exists) return Answer.NotFound();

        return TypedResults.Ok(new Page<Happened>(await PilotTimeline.Of(who, id, desk, lists, Words.English), null));
    }

    private static async Task<IResult> Move(string id, MoveAsked asked, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, PilotDesk pilots, Desk desk, HttpContext context)
    {
        var outcome = await pilots.Execute(person.AsPrincipal, new(key.Value, asked.Reason, version.Value), id, new MovePilot(asked.To));
        if (outcome.Refusal is { } refusal) return Answer.Refused(refusal);

        var view = await desk.Look<Pilot>(person.AsPrincipal, "read-pilot", id);
        context.Response.Headers.ETag = EntityTag.Of(view.Version);
        var waits = view.State.Signing is { } to ? PilotGates.Find(view.State, to)!.StillToSign(view.State, view.State.Signed) : [];
        return TypedResults.Ok(new Moved(id, view.Version, view.State.Stage, view.State.Status, view.State.ClosedAs, view.State.Signing is null,
            [.. waits.Select(missing => new MissingItem(missing.Code, missing.Sentence, missing.Who))]));
    }

}

/// <summary>A pilot to start.</summary>
/// <param name="School">Id of the school it runs in.</param>
/// <param name="Version">The innovation's version.</param>
/// <param name="Origin">Id of a pilot that is tried again here; its innovation and version stand over those given.</param>
public sealed record NewPilot(string Title, string School, string? Innovation = null, string? Version = null, Preset Preset = Preset.Light, string? Origin = null);

public sealed record NewComment(string Text);

public sealed record EthicsDecision(EthicsOutcome Outcome, string Reference, DateOnly? Expires = null, string? Reason = null);

public sealed record Pause(string? Reason = null, bool Safeguarding = false);

public sealed record PresetAsked(Preset To, string? Reason = null);

public sealed record MoveAsked(PilotTo To, string? Reason = null);

/// <summary>What became of a move.</summary>
/// <param name="TookEffect">False while it is signed and waits for others.</param>
/// <param name="WaitsFor">Who still must sign.</param>
public sealed record Moved(string Id, long Version, PilotStage Stage, PilotStatus Status, PilotTo? ClosedAs, bool TookEffect, ImmutableArray<MissingItem> WaitsFor);

/// <summary>A pilot in a list.</summary>
public sealed record PilotListed(
    string Id, string Title, string School, string? SchoolName, string Country, PilotStage Stage, PilotStatus Status, PilotTo? ClosedAs, Preset Preset,
    string? Innovation, string? InnovationVersion, DateTimeOffset StartedAt, long Version)
{
    public static PilotListed Of(PilotRow row) => new(row.Id, row.Title, row.School, row.SchoolName, row.Country, row.Stage, row.Status, row.ClosedAs, row.Preset,
        row.Innovation, row.InnovationVersion, row.StartedAt, row.Version);
}

/// <summary>A gate ahead: what it needs and does not have, and who still must sign. Empty lists mean that nothing is in the way.</summary>
public sealed record GateAhead(PilotTo To, string Name, ImmutableArray<MissingItem> Missing, ImmutableArray<MissingItem> StillToSign);

/// <summary>What a higher preset would ask that is not there yet.</summary>
public sealed record MovingUp(Preset Preset, ImmutableArray<MissingItem> WouldAdd);

/// <summary>A whole pilot.</summary>
public sealed record PilotRecord(string Id, long Version, string Title, PilotStage Stage, PilotStatus Status, PilotTo? ClosedAs, Preset Preset, string Policy)
{
    public required string School { get; init; }
    public required string Country { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public string? Network { get; init; }
    public string? Origin { get; init; }
    public string? Innovation { get; init; }
    public string? InnovationVersion { get; init; }
    public ImmutableArray<string> Team { get; init; } = [];
    public string? Problem { get; init; }
    public string? Learners { get; init; }
    public int? LearnerCount { get; init; }
    public YearMonth? StartMonth { get; init; }
    public string? SafeguardingContact { get; init; }
    public SecondAdult? SecondAdult { get; init; }
    public HeadKnows? Head { get; init; }
    public RoutinePractice? RoutinePractice { get; init; }
    public required Teaching Teaching { get; init; }
    public required ImmutableSortedDictionary<string, ContextAnswer> Context { get; init; }
    public Ethics? Ethics { get; init; }
    public required EnquiryPlan Enquiry { get; init; }
    public ConsentBasis? ConsentBasis { get; init; }
    public DateOnly? TrainedOn { get; init; }
    public bool LeadConfirmed { get; init; }
    public bool PausedForSafeguarding { get; init; }
    public string? WhatChanged { get; init; }
    public ImmutableArray<string> Lessons { get; init; } = [];
    public PilotTo? Signing { get; init; }
    public ImmutableArray<Signature> Signed { get; init; } = [];
    public ImmutableArray<GateAhead> Gates { get; init; } = [];
    public ImmutableArray<MovingUp> MovingUpWouldAdd { get; init; } = [];

    public static PilotRecord Of(View<Pilot> view, PilotFacts facts, DateOnly day, Principal who)
    {
        var p = who.IsSignedIn ? view.State : view.State.WithoutNames();
        return new(view.Id, view.Version, p.Title, p.Stage, p.Status, p.ClosedAs, p.Preset, p.Policy)
        {
            School = p.School, Country = p.Country, StartedAt = p.StartedAt, Network = p.Network, Origin = p.Origin, Innovation = p.Innovation, InnovationVersion = p.Version, Team = p.Team,
            Problem = p.Problem, Learners = p.Learners, LearnerCount = p.LearnerCount, StartMonth = p.StartMonth, SafeguardingContact = p.SafeguardingContact,
            SecondAdult = p.SecondAdult, Head = p.Head, RoutinePractice = p.RoutinePractice, Teaching = p.Teaching, Context = p.Context, Ethics = p.Ethics,
            Enquiry = p.Enquiry, ConsentBasis = p.ConsentBasis, TrainedOn = p.TrainedOn, LeadConfirmed = p.LeadConfirmed,
            PausedForSafeguarding = p.PausedForSafeguarding, WhatChanged = p.WhatChanged, Lessons = p.Lessons, Signing = p.Signing, Signed = p.Signed,
            Gates = [.. p.Ahead().Select(gate => new GateAhead(gate.To, gate.Name, Items(gate.Missing(p, facts, day)), Items(gate.StillToSign(p, p.Signing == gate.To ? p.Signed : []))))],
            MovingUpWouldAdd = p.Status is PilotStatus.Active or PilotStatus.Paused
                ? [.. Enum.GetValues<Preset>().Where(up => up > p.Preset).Select(up => new MovingUp(up, Items(p.MovingUpWouldAdd(up, facts, day))))]
                : [],
        };
    }

    private static ImmutableArray<MissingItem> Items(ImmutableArray<Missing> missing) => [.. missing.Select(one => new MissingItem(one.Code, one.Sentence, one.Who))];
}

/// <param name="Key">What the link carries: <c>/en/pilots/ID/join?key=KEY</c>.</param>
public sealed record TeamLinkMade(string Key);
