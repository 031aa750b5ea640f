using System.Data.Common;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>Which pilots are asked for; null and false leave a question open.</summary>
/// <param name="Words">Stand somewhere in the title.</param>
/// <param name="Mine">Those in which the person who asks has a part.</param>
public sealed record PilotFilter(
    string? Country = null, PilotStage? Stage = null, PilotStatus? Status = null, Preset? Preset = null, string? School = null, string? Innovation = null, string? Words = null,
    bool Mine = false)
{
    /// <summary>Closed or withdrawn; false asks for those that run or are paused.</summary>
    public bool? Ended { get; init; }

    /// <summary>What is taught, as the pilot says it.</summary>
    public string? Subject { get; init; }

    /// <summary>What the school says of itself now, by the context profile.</summary>
    public string? Locality { get; init; }

    public string? Setting { get; init; }

    public string? Phase { get; init; }

    /// <summary>What is known of the version it tries: one of these, or of none where <see cref="NotOf"/> says so.</summary>
    public IReadOnlyList<(string Innovation, string Version)>? Of { get; init; }

    public IReadOnlyList<(string Innovation, string Version)>? NotOf { get; init; }

    /// <summary>As many schools are few: a list of their pilots begins with them.</summary>
    public const int FewSchools = 2_000;

    /// <summary>No drafts.</summary>
    private bool Promised { get; init; }

    /// <summary>The same in two, of which a database answers each from an index: what everybody may see, and drafts, of which each sees her own.</summary>
    internal IReadOnlyList<PilotFilter> Apart => Stage is null ? [this with { Promised = true }, this with { Stage = PilotStage.Draft }] : [this];

    /// <summary>Asks for nothing but what every pilot is counted by.</summary>
    internal bool CountedOnly => this with { Country = null, Stage = null, Status = null, Preset = null, Ended = null } == new PilotFilter();

    /// <summary>The same without what pilots are counted by.</summary>
    internal PilotFilter Uncounted => this with { Country = null, Stage = null, Status = null, Preset = null, Ended = null };

    /// <summary>What is asked of each pilot's school <c>w</c>; empty where nothing is.</summary>
    private (string Sql, (string, object?)[] Parameters) OfSchools
    {
        get
        {
            var asked = ((string Name, string? Value)[])[("locality", Locality), ("setting", Setting), ("phase", Phase)];
            var said = asked.Where(one => one.Value is not null).ToList();
            return (string.Join(" and ", said.Select(one => $"w.{one.Name} = @{one.Name}")), [.. said.Select(one => (one.Name, (object?)one.Value))]);
        }
    }

    /// <summary>Whether so few schools are what is asked, <paramref name="most"/> at most, that a database had better begin with them.</summary>
    internal async Task<bool> OfFewSchools(DbConnection connection, int most)
    {
        var (schools, values) = OfSchools;
        return schools.Length > 0
            && await connection.Query($"select count(*) from (select 1 from school w where {schools} limit @most) as fitting", r => r.GetInt64(0), [.. values, ("most", most + 1)]) is [var found] && found <= most;
    }

    /// <summary>Conditions on the table <c>pilot p</c>, never empty, with their parameters.</summary>
    internal (List<string> Where, List<(string, object?)> Parameters) Sql(Principal who, Desk desk, bool ofFewSchools)
    {
        // Where only drafts are asked for, or none, a database need not be told of the others.
        var seen = Stage switch
        {
            PilotStage.Draft => desk.Seen<Pilot>(who, Condition.Never.Sql, "p.id"),
            null => Promised ? new(PilotsFeature.Promised) : desk.Seen<Pilot>(who, PilotsFeature.Promised, "p.id"),
            _ => Condition.Always,
        };
        List<string> where = [seen.Sql];
        List<(string, object?)> parameters = [.. seen.Parameters];
        void Is(string condition, string name, string? value)
        {
            if (value is null) return;

            where.Add(condition);
            parameters.Add((name, value));
        }

        Is("p.country = @country", "country", Country);
        Is("p.stage = @stage", "stage", Stage?.ToString());
        Is("p.status = @status", "status", Status?.ToString());
        Is("p.preset = @preset", "preset", Preset?.ToString());
        Is("p.school = @school", "school", School);
        Is("p.innovation = @innovation", "innovation", Innovation);
        Is("p.subject = @subject", "subject", Subject);
        if (OfSchools is var (schools, values) && schools.Length > 0)
        {
            // Most schools answer alike: then each pilot's school is asked, so that a list in the order of time stays one.
            where.Add(ofFewSchools ? $"p.school in (select w.id from school w where {schools})" : $"exists (select 1 from school w where w.id = p.school and {schools})");
            parameters.AddRange(values);
        }

        if (Ended is { } ended) where.Add($"p.status {(ended ? "in" : "not in")} ('Closed', 'Withdrawn')");
        Is(@"p.title_lower like @words escape '\'", "words", Words is null ? null
            : $"%{Words.ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%");
        if (Mine)
        {
            where.Add("p.id in (select id from pilot_member where person = @mine union select id from pilot where second_adult = @mine)");
            parameters.Add(("mine", who.Person));
        }

        Versions(Of, "in");
        Versions(NotOf, "not in");
        if (NotOf is not null) where.Add("p.innovation is not null");
        return (where, parameters);

        void Versions(IReadOnlyList<(string Innovation, string Version)>? versions, string within)
        {
            if (versions is null) return;
            if (versions is [])
            {
                where.Add(within is "in" ? "1 = 0" : "1 = 1");
                return;
            }

            where.Add($"(p.innovation, p.innovation_version) {within} (values {string.Join(", ", versions.Select((_, n) => $"(@of{n}, @version{n})"))})");
            foreach (var (n, (innovation, version)) in versions.Index()) parameters.AddRange([($"of{n}", innovation), ($"version{n}", version)]);
        }
    }
}
