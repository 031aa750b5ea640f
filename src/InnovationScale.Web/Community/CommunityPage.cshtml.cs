using System.Globalization;
using InnovationScale.Storage;

namespace InnovationScale.Community;

/// <summary>The learning agenda, the groups and who belongs; applications for those who have a part in them.</summary>
public sealed class CommunityPage(Desk desk) : AppPage
{
    private const int Most = 500;

    public IReadOnlyList<QuestionListed> Questions { get; private set; } = [];

    public IReadOnlyList<GroupListed> Groups { get; private set; } = [];

    public IReadOnlyList<Belonging> Belonging { get; private set; } = [];

    public IReadOnlyList<Belonging> Applying { get; private set; } = [];

    public bool MayAsk => desk.May(Who, Access.ActionOf(typeof(AskQuestion)));

    public async Task OnGetAsync()
    {
        // What is open comes first: there somebody is needed.
        Questions = await desk.Query(Who, "list-learning-questions", connection => connection.Query(
            "select id, question, state, work, version from learning_question order by case state when 'Open' then 0 when 'BeingStudied' then 1 else 2 end, question, id limit @most",
            r => new QuestionListed(r.GetString(0), r.GetString(1), Enum.Parse<QuestionState>(r.GetString(2)), r.GetInt64(3), r.GetInt64(4)), ("most", Most)));
        Groups = await desk.Query(Who, "list-groups", connection => connection.Query(
            "select id, name, sort, state, question, people, version from community_group order by case state when 'Active' then 0 when 'Proposed' then 1 else 2 end, name, id limit @most",
            r => new GroupListed(r.GetString(0), r.GetString(1), Enum.Parse<GroupKind>(r.GetString(2)), Enum.Parse<GroupState>(r.GetString(3)), r.TextOrNull(4), r.GetInt64(5), r.GetInt64(6)), ("most", Most)));
        var seen = desk.Seen<Membership>(Who, "m.state = 'Admitted'", "m.id");
        var open = desk.Seen<Membership>(Who, "1 = 0", "m.id");
        var memberships = await desk.Query(Who, "list-memberships", connection => connection.Query(
            $"select m.id, coalesce(s.name, m.organisation), m.state, m.since, case when {open.Sql} then 1 else 0 end from membership m left join school s on s.id = m.organisation where {seen.Sql} order by 2, m.id limit @most",
            r => new Belonging(r.GetString(0), r.GetString(1), Enum.Parse<MembershipState>(r.GetString(2)), r.TextOrNull(3) is { } since ? DateOnly.ParseExact(since, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null, r.GetInt64(4) == 1),
            [("most", Most), .. seen.Parameters]));
        (Belonging, Applying) = (memberships.FindAll(one => one.State is MembershipState.Admitted), memberships.FindAll(one => one.State is not MembershipState.Admitted));
    }
}

/// <summary>An organisation that belongs, or wants to.</summary>
/// <param name="Open">Whoever looks reads the whole record.</param>
public sealed record Belonging(string Id, string Name, MembershipState State, DateOnly? Since, bool Open);
