using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Replications;

/// <summary>Replications: one version tried again elsewhere. Its state follows its trial's and is never set by hand.</summary>
public static class ReplicationsApi
{
    private const string Replications = "/api/v1/replications";

    public static void MapReplications(this IEndpointRouteBuilder app)
    {
        var replications = app.MapGroup(Replications).WithTags("replications");
        replications.MapGet("", List).WithSummary("Replications, abandoned ones too; ?innovation= keeps those of one innovation.").Produces<Page<ReplicationListed>>();
        replications.MapPost("", async (NewReplication body, CurrentPerson person, IdempotencyKey key, ReplicationDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, Replication.Kind), body.Command()), Replications);
            })
            .WithSummary("Proposes to try a version again at a school.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = replications.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<Replication>(CurrentPerson.PrincipalOf(context), "read-replication", id) is { Exists: true } view
                ? Answer.Versioned(ReplicationRecord.Of(view), view.Version)
                : Answer.NotFound())
            .WithSummary("A replication with its context and what came of it.").Produces<ReplicationRecord>();
        Move(one, "agreements", "The other side says yes.", () => new AgreeReplication());
        Move(one, "assessments", "Compares its result with its source's.", () => new AssessReplication());
        Move(one, "abandonments", "Gives it up, with a reason; it stays in the count.", () => new AbandonReplication());
        one.MapPost("/trials", async (string id, TrialNamed body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, ReplicationDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new LinkTrial(body.Trial))))
            .WithSummary("Names the trial in which it is carried out.").Produces<Recorded>();
    }

    private static void Move(RouteGroupBuilder one, string noun, string summary, Func<ReplicationCommand> command) => one
        .MapPost("/" + noun, async (string id, Because body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, ReplicationDesk desk) =>
            Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, command())))
        .WithSummary(summary).Produces<Recorded>();

    private static async Task<IResult> List(HttpContext context, PageAsked page, string? innovation, Desk desk)
    {
        var after = page.Keys(1);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), "list-replications", connection => connection.Query(
            """
            select id, innovation, innovation_version, source_trial, school, trial, state, version from replication
            where (cast(@innovation as text) is null or innovation = @innovation) and (cast(@after as text) is null or id > @after) order by id limit @limit
            """,
            r => new ReplicationListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.TextOrNull(5), Enum.Parse<ReplicationState>(r.GetString(6)), r.GetInt64(7)),
            ("innovation", innovation), ("after", after?[0]), ("limit", page.Limit + 1)));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<ReplicationListed>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<ReplicationListed>.Of(context, rows, Cursor.Write(rows[^1].Id)));
    }
}

/// <summary>A version to be tried again.</summary>
/// <param name="Margin">How close two results must be to count as the same, in standard deviations; said beforehand.</param>
/// <param name="Context">Where it will be tried, by the codes of the context profile; null is “unknown”.</param>
public sealed record NewReplication(
    string Innovation, string InnovationVersion, string SourceTrial, string School, ReplicationKind Design = ReplicationKind.Direct, Independence Independence = Independence.SameTeam, double Margin = 0.10,
    ImmutableArray<string>? Held = null, ImmutableArray<string>? Varied = null, ImmutableSortedDictionary<string, ContextAnswer>? Context = null)
{
    internal ProposeReplication Command() => new(Innovation, InnovationVersion, SourceTrial, School, Design, Independence, Margin)
    {
        Held = Held ?? [], Varied = Varied ?? [], Context = (Context ?? ImmutableSortedDictionary<string, ContextAnswer>.Empty).WithUnknown(),
    };
}

public sealed record TrialNamed(string Trial);

/// <summary>A replication in a list.</summary>
public sealed record ReplicationListed(string Id, string Innovation, string InnovationVersion, string SourceTrial, string School, string? Trial, ReplicationState State, long Version);

/// <param name="Assessment">How its result compares with its source's; left out while it is not assessed.</param>
public sealed record ReplicationRecord(
    string Id, ReplicationState State, string Innovation, string InnovationVersion, string SourceTrial, string School, string? Trial, ReplicationKind Design, Independence Independence, double Margin,
    ImmutableArray<string> Held, ImmutableArray<string> Varied, ImmutableSortedDictionary<string, ContextAnswer> Context, int ContextUnknown, ReplicationAssessed? Assessment, string? AbandonedBecause, long Version)
{
    internal static ReplicationRecord Of(View<Replication> view)
    {
        var again = view.State;
        return new(view.Id, again.State, again.Innovation, again.Version, again.SourceTrial, again.School, again.Trial, again.Design, again.Independence, again.Margin,
            again.Held, again.Varied, again.Context, again.ContextUnknown, again.Assessment, again.AbandonedBecause, view.Version);
    }
}
