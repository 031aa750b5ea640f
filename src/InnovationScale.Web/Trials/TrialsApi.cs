using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Trials;

/// <summary>Trials: the dated plan, the schools, the results and their lock. Edits, moves and locks need If-Match; what is only added does not.</summary>
public static class TrialsApi
{
    private const string Trials = "/api/v1/trials";

    /// <summary>A large file on a slow line takes its time.</summary>
    internal static readonly TimeSpan UploadTime = TimeSpan.FromMinutes(10);

    public static void MapTrials(this IEndpointRouteBuilder app)
    {
        var trials = app.MapGroup(Trials).WithTags("trials");
        trials.MapGet("", List).WithSummary("Trials, those registered last first. Visitors see registered ones.").Produces<Page<TrialListed>>();
        trials.MapPost("", Draft).WithSummary("Opens a draft.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = trials.MapGroup("/{id}");
        one.MapGet("", Read).WithSummary("A trial: its plan, schools, counts, flow of pupils, changes of the plan, and lock. Uploads and single schools are for those who may read its cells; everybody sees how many were measured, with few hidden, once results are closed.").Produces<TrialRecord>().ProducesProblem(404);
        one.MapGet("/timeline", Timeline).WithSummary("What has happened to a trial, newest first.").Produces<Page<Happened>>().ProducesProblem(404);
        one.MapPut("/plan", async (string id, RevisedPlan body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, TrialDesk desk, UploadSettings settings) =>
            {
                var plan = body.Plan.Read();
                return settings.Refuse(plan) is { } low
                    ? Answer.Refused(low)
                    : Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new ReviseTrial(body.Title ?? "", plan)));
            })
            .WithSummary("Rewrites the plan of a draft.").Produces<Recorded>();
        one.MapPost("/amendments", async (string id, Amended body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, TrialDesk desk, UploadSettings settings) =>
            {
                var plan = body.Plan.Read();
                return settings.Refuse(plan) is { } low
                    ? Answer.Refused(low)
                    : Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, new AmendTrial(plan)));
            })
            .WithSummary("Changes a registered plan: an amendment before the first result, a public deviation after it.").Produces<Recorded>();

        Move(one, "submissions", "Gives the plan to somebody else to look at.", new SubmitTrial());
        Move(one, "returns", "Gives a submitted plan back for more work.", new ReturnTrial());
        Move(one, "registrations", "Dates the plan.", new RegisterTrial());
        Move(one, "recruitment", "Begins to look for schools and pupils.", new StartRecruiting());
        Move(one, "fieldwork", "Teaching and measuring begin.", new StartFieldwork());
        Move(one, "lock-proposals", "Closes the results, the first of two people.", new ProposeLock());
        Move(one, "unlock-proposals", "Opens closed results, the first of two people.", new ProposeUnlock());
        Move(one, "unlocks", "Opens closed results, the second of two people.", new ConfirmUnlock());
        Move(one, "stops", "Ends the trial early.", new StopTrial());
        Move(one, "withdrawals", "Takes back a trial that has not begun.", new WithdrawTrial());
        one.MapPost("/locks", async (string id, LockAsked body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, TrialDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, new ConfirmLock(body.DatasetSha256 ?? ""))))
            .WithSummary("Closes the results, the second of two people, who names the hash that was looked at.").Produces<Recorded>();
        one.MapPost("/reports", async (string id, ReportAsked body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, TrialDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new ReportTrial(body.Report ?? ""))))
            .WithSummary("Makes the report public.").Produces<Recorded>();

        Add<DeviationAsked>(one, "deviations", "Tells where the trial left its plan.", body => (new ReportDeviation(body.What ?? ""), body.Reason));
        Add<LotsAsked>(one, "lots", "Draws the lots with the seed whose hash the plan names, and reveals it; anybody draws them again. Of pupils, counts and the hash of the list alone are kept.", body => (new DrawLots(body.Seed ?? "", [.. (body.Units ?? []).OfType<string>()]), null));
        Add<SiteAsked>(one, "sites", "A school takes part.", body => (new AddSite(body.School ?? "", body.Pilot, body.Arm, body.Joined), null));
        one.MapPost("/sites/{school}/departures", async (string id, string school, DepartureAsked body, CurrentPerson person, IdempotencyKey key, TrialDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, new SiteLeaves(school, body.Left))))
            .WithSummary("A school stops taking part; it stays in the counts.").Produces<Recorded>();

        one.MapPost("/cells", async (string id, Cell cell, CurrentPerson person, IdempotencyKey key, TrialDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new RecordCell(cell.Read()))))
            .WithSummary("Records the result of one class.").Produces<Recorded>();
        one.MapGet("/cells", CellAnswers.Read)
            .WithSummary("The current results, one a class: JSON in parts, or all of them as CSV or NDJSON by the header Accept. The SHA-256 of the NDJSON is the dataset's hash.")
            .Produces<Page<HeldCell>>();
        Add<PlacesAsked>(one, "cells/verifications", "Says that somebody other than the recorder compared these results with the source.",
            body => (new VerifyCells([.. body.Places.Select(place => place.Key)]), null));
        Add<CorrectionAsked>(one, "cells/corrections", "Puts another result in one's place; the old one is kept.", body => (new CorrectCell(body.Cell.Read(), body.ReasonCode, body.Text), body.Text));
        Add<VoidAsked>(one, "cells/voids", "Takes a result out; what it said is kept.", body => (new VoidCell(body.Place.Key), body.Reason));

        one.MapGet("/upload-plan", async (string id, string? measure, CurrentPerson person, TrialUploads uploads, UploadSettings settings) =>
                await uploads.PlanFor(person.AsPrincipal, id, measure, settings.BytesMax) is { } plan ? Results.Json(plan, ApiJson.Options) : Answer.NotFound())
            .WithSummary("What a file of results is held against: for a school that reduces pupils' rows on its own machine (the program's command reduce).").Produces<UploadPlan>().ProducesProblem(404);
        one.MapPost("/uploads", UploadAnswers.Take)
            .WithSummary("Takes a CSV file or XLSX workbook of pupils or classes, or the results that the command reduce made of one, alone or in a form (multipart/form-data, fields before the file). No pupil's row is kept.")
            .Accepts<string>("text/csv", Xlsx.MediaType, ReducedFile.MediaType, "multipart/form-data")
            .Produces<UploadRecord>().Produces<UploadRecord>(StatusCodes.Status201Created).ProducesProblem(429)
            .WithRequestTimeout(UploadTime).RequireRateLimiting(Protection.UploadLimit);
        one.MapPost("/batches/{batch}/verifications", async (string id, string batch, CurrentPerson person, IdempotencyKey key, TrialDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new VerifyBatch(batch))))
            .WithSummary("Says that somebody other than the uploader compared an upload with its source.").Produces<Recorded>();
        one.MapPost("/batches/{batch}/reverts", async (string id, string batch, Because body, CurrentPerson person, IdempotencyKey key, TrialDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, new RevertBatch(batch))))
            .WithSummary("Takes a whole upload out.").Produces<Recorded>();
        Add<TrialCosts>(one, "costs", "Says what it took to try it, beyond usual teaching: each thing with how many and the price of one, and the extra time of teachers.", body => (new TellCosts(body), null));
        Add<WeekDelivered>(one, "doses", "Says how many minutes that count as delivered a school gave a group in a week of the plan, on average in a class; said again, the last word counts.",
            body => (new LogDose(new(body.School ?? "", body.Arm ?? "", body.Week, body.Minutes)), null));
        Add<UnwantedAsked>(one, "unwanted-effects", "Says what happened that nobody wanted, an empty list where nothing did; what was told before stays. Name no pupil: everybody reads it.",
            body => (new TellUnwanted(body.Effects), null));
        Add<GapAsked>(one, "gaps", "Says why a school has no primary result.", body => (new ExplainMissing(body.School ?? "", body.Arm ?? ""), body.Reason));
    }

    private static void Move(RouteGroupBuilder one, string noun, string summary, TrialCommand command) => one
        .MapPost("/" + noun, async (string id, Because? body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, TrialDesk desk) =>
            Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body?.Reason, version.Value), id, command)))
        .WithSummary(summary).Produces<Recorded>();

    private static void Add<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, (TrialCommand, string? Reason)> command) where TBody : class => one
        .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, TrialDesk desk) =>
        {
            var (asked, reason) = command(body);
            return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason), id, asked));
        })
        .WithSummary(summary).Produces<Recorded>();

    private static async Task<IResult> Draft(NewTrial body, CurrentPerson person, IdempotencyKey key, TrialDesk desk, UploadSettings settings)
    {
        var (who, request) = (person.AsPrincipal, new Request(key.Value));
        var plan = body.Plan.Read();
        return settings.Refuse(plan) is { } low
            ? Answer.Refused(low)
            : Told.Created(await desk.Execute(who, request, Ids.For(who, request, Trial.Kind),
                new DraftTrial(body.Title ?? "", body.Innovation ?? "", body.Version ?? "", body.Pilot, body.Preset, plan)), Trials);
    }

    private static async Task<IResult> List(HttpContext context, PageAsked page, TrialLists lists, string? innovation, string? version, string? pilot, string? state)
    {
        var filter = new TrialFilter(innovation, version, pilot, Choice(state));
        var (rows, next) = await lists.List(CurrentPerson.PrincipalOf(context), filter, page.Limit, page.Keys(2));
        return TypedResults.Ok(Page<TrialListed>.Of(context, rows, next is null ? null : Cursor.Write(next)));
    }

    private static TrialState? Choice(string? text) => string.IsNullOrEmpty(text) ? null
        : Enum.TryParse<TrialState>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
        : throw new BadRequest("unreadable-request", $"“{text}” is no state of a trial.");

    private static async Task<IResult> Read(string id, HttpContext context, Desk desk)
    {
        var who = CurrentPerson.PrincipalOf(context);
        var view = await desk.Look<Trial>(who, "read-trial", id);
        return view.Exists ? Answer.Versioned(TrialRecord.Of(view, desk.May(who, "read-cells", await desk.StandingOf(who, view))), view.Version) : Answer.NotFound();
    }

    private static async Task<IResult> Timeline(string id, HttpContext context, Desk desk, PilotLists lists)
    {
        var who = CurrentPerson.PrincipalOf(context);
        return (await desk.Look<Trial>(who, "read-trial", id)).Exists
            ? TypedResults.Ok(new Page<Happened>(await PilotTimeline.Of(who, [Streams.Of<Trial>(id)], desk, lists, Words.English), null))
            : Answer.NotFound();
    }

}
