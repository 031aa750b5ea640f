using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.Evidence;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Innovations;

/// <summary>Innovations: what they are, how they change, and what is known of each version.</summary>
public static class InnovationsApi
{
    private const string Innovations = "/api/v1/innovations";

    public static void MapInnovations(this IEndpointRouteBuilder app)
    {
        var innovations = app.MapGroup(Innovations).WithTags("innovations");
        innovations.MapGet("", List).WithSummary("Innovations by title.").Produces<Page<InnovationListed>>();
        innovations.MapPost("", async (NewInnovation body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, Innovation.Kind),
                    new RegisterInnovation(body.Title ?? "", body.Description ?? "", body.Theory ?? "") { CoreComponents = Said(body.CoreComponents), MayDependOn = Said(body.MayDependOn) }), Innovations);
            })
            .WithSummary("Registers an innovation with its first version.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = innovations.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<Innovation>(CurrentPerson.PrincipalOf(context), "read-innovation", id) is { Exists: true } view
                ? Answer.Versioned(InnovationRecord.Of(view), view.Version)
                : Answer.NotFound())
            .WithSummary("An innovation with its tree of versions and its adaptations.").Produces<InnovationRecord>();
        one.MapPut("/description", async (string id, InnovationDescription body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id,
                    new DescribeInnovation(body.Title, body.Description, body.Theory, body.MayDependOn))))
            .WithSummary("Describes it better; what is left out stays as it is.").Produces<Recorded>();
        one.MapPost("/adaptations", async (string id, NewAdaptation body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                var adaptation = Ids.For(who, request, "adaptation");
                var outcome = await desk.Execute(who, request, id, new ProposeAdaptation(adaptation, body.Of, body.Frame));
                return outcome.Refusal is { } refusal ? Answer.Refused(refusal) : TypedResults.Created($"{Innovations}/{id}", new Recorded(adaptation, outcome.Receipt!.Version));
            })
            .WithSummary("Proposes a change to a version, by the fields of FRAME. Answers with the adaptation's id.").Produces<Recorded>(StatusCodes.Status201Created);
        Adapt(one, "agreements", "Somebody else agrees to it.", adaptation => new AgreeAdaptation(adaptation));
        Adapt(one, "rejections", "Rejects it; the reason is kept.", adaptation => new RejectAdaptation(adaptation));
        one.MapPost("/adaptations/{adaptation}/fidelity-rulings", async (string id, string adaptation, FidelityRuling body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, new RuleOnFidelity(adaptation, body.Consistent))))
            .WithSummary("A researcher says whether the parts that must be kept are kept, and why.").Produces<Recorded>();
        one.MapPost("/adaptations/{adaptation}/enactments", async (string id, string adaptation, Enactment body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new EnactAdaptation(adaptation, Said(body.CoreComponents)))))
            .WithSummary("Makes the new version, with the parts that must be kept from now on.").Produces<Recorded>();
        one.MapGet("/versions/{version}/evidence", Evidence)
            .WithSummary("What is known of a version: trials, pool, level, verdict, replications and studies from elsewhere. ?model= names how schools of a study are pooled.")
            .Produces<EvidenceRecord>();
        one.MapGet("/versions/{version}/target-school", Target)
            .WithSummary("A school is described by the questions of the context profile (?locality=rural&home-language-match=20): the nearest evidence, what was found there, and what nobody knows.")
            .Produces<TargetSchoolRecord>();
        one.MapGet("/versions/{version}/dossier", Dossier)
            .WithSummary("All that is claimed of a version with the published results it rests on, as a ZIP (Data Package 2.0). The ETag is its hash; verify-dossier computes every figure again.")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip").ProducesProblem(404);
    }

    private static void Adapt(RouteGroupBuilder one, string noun, string summary, Func<string, InnovationCommand> command) => one
        .MapPost("/adaptations/{adaptation}/" + noun, async (string id, string adaptation, Because body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
            Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, command(adaptation))))
        .WithSummary(summary).Produces<Recorded>();

    private static async Task<IResult> List(HttpContext context, PageAsked page, Desk desk)
    {
        var after = page.Keys(2);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), "list-innovations", connection => connection.Query(
            "select id, title, description, versions, version from innovation where cast(@id as text) is null or title > @title or (title = @title and id > @id) order by title, id limit @limit",
            r => new InnovationListed(r.GetString(0), r.GetString(1), r.GetString(2), (int)r.GetInt64(3), r.GetInt64(4)),
            ("title", after?[0]), ("id", after?[1]), ("limit", page.Limit + 1)));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<InnovationListed>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<InnovationListed>.Of(context, rows, Cursor.Write(rows[^1].Title, rows[^1].Id)));
    }

    private static async Task<IResult> Evidence(string id, string version, HttpContext context, EvidenceDesk desk, string? method, string? model)
    {
        if (method is not (null or StudyReading.AdjustedMethod or StudyReading.UnadjustedMethod))
            return Answer.Refused(Refusal.Invalid("reading-unknown", $"A study is read “{StudyReading.AdjustedMethod}” or “{StudyReading.UnadjustedMethod}”."));
        if (model is not null && PoolMethod.Named(model) is null)
            return Answer.Refused(Refusal.Invalid("model-unknown", $"There is no model “{model}”. Known are: {string.Join(", ", PoolMethod.All.Select(known => known.Name))}."));

        return await desk.Read(CurrentPerson.PrincipalOf(context), id, version, model is null ? null : PoolMethod.Named(model)) is { } evidence
            ? TypedResults.Ok(EvidenceRecord.Of(evidence, method))
            : Answer.NotFound();
    }

    private static async Task<IResult> Target(string id, string version, HttpContext context, EvidenceDesk desk)
    {
        var answers = TargetSchoolAnswers.Read(context.Request.Query);
        if (ContextProfile.Fault(answers, ContextPart.School, ContextPart.Learners) is { } fault) return Answer.Refused(fault);

        return await desk.Read(CurrentPerson.PrincipalOf(context), id, version) is { } evidence ? TypedResults.Ok(TargetSchoolRecord.Of(evidence.For(answers))) : Answer.NotFound();
    }

    private static async Task<IResult> Dossier(string id, string version, HttpContext context, DossierDesk desk)
    {
        if (await desk.Read(CurrentPerson.PrincipalOf(context), id, version) is not { } read) return Answer.NotFound();

        var package = DossierPackage.Of(read.Dossier);
        return TypedResults.File(package.Zip(), "application/zip", $"dossier-{id}-{version}.zip", entityTag: new($"\"{package.Sha256}\""));
    }

    private static ImmutableArray<string> Said(ImmutableArray<string>? texts) => texts ?? [];
}

/// <param name="CoreComponents">The parts that must be kept.</param>
/// <param name="MayDependOn">Codes of the context profile that the effect may depend on; only these may narrow a claim afterwards.</param>
public sealed record NewInnovation(string? Title, string? Description, string? Theory = null, ImmutableArray<string>? CoreComponents = null, ImmutableArray<string>? MayDependOn = null);

/// <summary>What is left out stays as it is.</summary>
public sealed record InnovationDescription(string? Title = null, string? Description = null, string? Theory = null, ImmutableArray<string>? MayDependOn = null);

/// <param name="Of">The version that is changed.</param>
public sealed record NewAdaptation(string Of, Frame Frame);

public sealed record FidelityRuling(bool Consistent, string? Reason = null);

public sealed record Enactment(ImmutableArray<string>? CoreComponents = null);

/// <summary>An innovation in a list.</summary>
public sealed record InnovationListed(string Id, string Title, string Description, int Versions, long Version);

public sealed record InnovationRecord(
    string Id, string Title, string Description, string Theory, ImmutableArray<string> MayDependOn, ImmutableArray<InnovationVersion> Versions, ImmutableArray<Adaptation> Adaptations, long Version)
{
    internal static InnovationRecord Of(View<Innovation> view) => new(
        view.Id, view.State.Title, view.State.Description, view.State.Theory, view.State.MayDependOn, view.State.Versions, view.State.Adaptations, view.Version);
}
