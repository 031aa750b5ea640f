using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Committees;

/// <summary>Committees: who sits in them, by which rules they decide, and how they rank what might be scaled.</summary>
public static class CommitteesApi
{
    private const string Committees = "/api/v1/committees";

    public static void MapCommittees(this IEndpointRouteBuilder app)
    {
        var committees = app.MapGroup(Committees).WithTags("committees");
        committees.MapGet("", List).WithSummary("Committees by name.").Produces<Page<CommitteeListed>>();
        committees.MapPost("", async (NewCommittee body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, Committee.Kind), new FoundCommittee(body.Name ?? "", body.Purpose ?? "", body.Rules ?? new())), Committees);
            })
            .WithSummary("Founds a committee.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = committees.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<Committee>(CurrentPerson.PrincipalOf(context), "read-committee", id) is { Exists: true } view
                ? Answer.Versioned(CommitteeRecord.Of(view), view.Version)
                : Answer.NotFound())
            .WithSummary("A committee with every seat ever held in it.").Produces<CommitteeRecord>();
        one.MapPut("/rules", async (string id, NewRules body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, new ChangeRules(body.Rules))))
            .WithSummary("Changes how many are enough and what carries, for reviews put on the agenda from now on.").Produces<Recorded>();
        one.MapPost("/seats", async (string id, Seat body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new SeatMember(body))))
            .WithSummary("Seats somebody, from a day and until a last one or for as long as it lasts.").Produces<Recorded>();
        one.MapPost("/seat-endings", async (string id, SeatEnding body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id, new EndSeat(body.Person, body.Until))))
            .WithSummary("Ends somebody’s term on its last day.").Produces<Recorded>();
        one.MapPut("/weights", async (string id, NewWeights body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, new WeighCandidates(body.Weights))))
            .WithSummary("Says what each ingredient of a ranking weighs for this committee, and why.").Produces<Recorded>();
        one.MapGet("/candidates", async (string id, HttpContext context, CandidateDesk desk) => await desk.Rank(CurrentPerson.PrincipalOf(context), id) is var (weights, ranked)
                ? TypedResults.Ok(new CandidatesRecord(weights, ranked))
                : Answer.NotFound())
            .WithSummary("Every innovation in the order of the committee’s weights, with each ingredient and the places that other weights would give.").Produces<CandidatesRecord>();
    }

    private static async Task<IResult> List(HttpContext context, PageAsked page, Desk desk)
    {
        var after = page.Keys(2);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), "list-committees", connection => connection.Query(
            "select id, name, purpose, version from committee where cast(@id as text) is null or name > @name or (name = @name and id > @id) order by name, id limit @limit",
            r => new CommitteeListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3)), ("name", after?[0]), ("id", after?[1]), ("limit", page.Limit + 1)));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<CommitteeListed>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<CommitteeListed>.Of(context, rows, Cursor.Write(rows[^1].Name, rows[^1].Id)));
    }
}

/// <param name="Rules">A simple majority with half of the members, three at least, and ten days of notice unless said otherwise.</param>
public sealed record NewCommittee(string? Name, string? Purpose = null, VotingRules? Rules = null);

public sealed record NewRules(VotingRules Rules, string? Reason = null);

/// <param name="Until">The last day.</param>
public sealed record SeatEnding(string Person, DateOnly Until);

/// <param name="Weights">0 to 100 for every ingredient.</param>
public sealed record NewWeights(ImmutableSortedDictionary<string, double> Weights, string? Reason = null);

/// <summary>A committee in a list.</summary>
public sealed record CommitteeListed(string Id, string Name, string Purpose, long Version);

public sealed record CommitteeRecord(string Id, string Name, string Purpose, VotingRules Rules, ImmutableArray<Seat> Seats, ImmutableSortedDictionary<string, double> Weights, string? WeightsBecause, long Version)
{
    internal static CommitteeRecord Of(View<Committee> view) => new(view.Id, view.State.Name, view.State.Purpose, view.State.Rules, view.State.Seats, view.State.Weights, view.State.WeightsBecause, view.Version);
}

public sealed record CandidatesRecord(ImmutableSortedDictionary<string, double> Weights, ImmutableArray<Ranked> Candidates);
