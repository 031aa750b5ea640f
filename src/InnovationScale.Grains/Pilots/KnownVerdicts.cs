using System.Collections.Concurrent;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>
/// What is known of each version that has any evidence. Worked out when first asked, and again when that version's evidence has moved, or after a while,
/// since schools may have said more of where they are.
/// </summary>
public sealed class KnownVerdicts(Desk desk, EvidenceDesk evidence, TimeProvider clock)
{
    private static readonly TimeSpan OldAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(bool Unpublished, (string Innovation, string Version) Of), (long Stand, Verdict Verdict, long At)> known = new();

    /// <summary>The filter narrowed to pilots of versions with this verdict. A version of which nothing is known cannot tell yet.</summary>
    public async Task<PilotFilter> Narrow(Principal who, PilotFilter filter, Verdict? verdict) => verdict switch
    {
        null => filter,
        Verdict.CannotTellYet => filter with { NotOf = [.. (await All(who)).Where(one => one.Verdict != verdict).Select(one => one.Of)] },
        _ => filter with { Of = [.. (await All(who)).Where(one => one.Verdict == verdict).Select(one => one.Of)] },
    };

    private async Task<List<((string Innovation, string Version) Of, Verdict Verdict)>> All(Principal who)
    {
        // Each of these records only moves forward, so the sum of their versions changes whenever one does.
        var stands = await desk.Query(who, "list-innovations", connection => connection.Query(
            "select innovation, innovation_version, cast(sum(version) as bigint) from (select innovation, innovation_version, version from evaluation union all "
            + "select innovation, innovation_version, version from trial union all select innovation, innovation_version, version from study) as moved "
            + "where innovation is not null and innovation_version is not null group by innovation, innovation_version order by innovation, innovation_version",
            r => (Of: (r.GetString(0), r.GetString(1)), Stand: r.GetInt64(2))));
        var all = new List<((string, string), Verdict)>(stands.Count);
        foreach (var (of, stand) in stands)
        {
            // A visitor's is worked out from what is public.
            var asked = (desk.May(who, "read-unpublished-evaluation"), of);
            if (!known.TryGetValue(asked, out var one) || one.Stand != stand || clock.GetElapsedTime(one.At) > OldAfter)
                known[asked] = one = (stand, await evidence.Verdict(who, of.Item1, of.Item2), clock.GetTimestamp());
            all.Add((of, one.Verdict));
        }

        return all;
    }
}
