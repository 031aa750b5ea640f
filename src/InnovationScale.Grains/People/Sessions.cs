using InnovationScale.Storage;

namespace InnovationScale.People;

/// <summary>Somebody signed in at some device.</summary>
/// <param name="Id">The hash of what the browser holds.</param>
/// <param name="Handle">Names it to its owner.</param>
/// <param name="Proven">When the person last proved who she is, by password or second factor.</param>
public sealed record Session(string Id, string Person, string Handle, string Device, DateTimeOffset Begun, DateTimeOffset Seen, DateTimeOffset Proven);

/// <summary>
/// Who is signed in where: rows that are asked on every request, so that a session ends at once. It ends by itself when it was not used for half a day, and
/// in any case after two weeks.
/// </summary>
public sealed class Sessions(SqlLogStore store, EventLog log, TimeProvider clock)
{
    private const int DeviceLettersMost = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromHours(12), Longest = TimeSpan.FromDays(14), SeenEvery = TimeSpan.FromMinutes(5);

    /// <summary>For so long a proof holds for what asks for a fresh one.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>Begins a session, in place of the one the browser had. Answers what the browser keeps.</summary>
    public async Task<string> Begin(string person, string device, string? replaced)
    {
        var (secret, now) = (Secret.New(), clock.GetUtcNow());
        var id = Secret.Sha256(secret);
        await log.Write(batch =>
        {
            if (replaced is not null) batch.Do("delete from session where id = @id", ("id", Secret.Sha256(replaced)));
            batch.Do("delete from session where seen < @seen or begun < @begun", ("seen", Time.Write(now - Idle)), ("begun", Time.Write(now - Longest)));
            return batch.Do("insert into session (id, person, handle, device, begun, seen, proven) values (@id, @person, @handle, @device, @now, @now, @now)",
                ("id", id), ("person", person), ("handle", id[..12]), ("device", device.Length > DeviceLettersMost ? device[..DeviceLettersMost] : device), ("now", Time.Write(now)));
        });
        return secret;
    }

    /// <summary>The session of what a browser holds, while it lasts.</summary>
    public async Task<Session?> Find(string secret)
    {
        var now = clock.GetUtcNow();
        if (await Ask("id = @id", ("id", Secret.Sha256(secret))) is not [var session] || !Lasts(session, now)) return null;
        if (now - session.Seen >= SeenEvery) await log.Write(batch => batch.Do("update session set seen = @now where id = @id", ("now", Time.Write(now)), ("id", session.Id)));
        return session;
    }

    public bool IsFresh(Session session) => clock.GetUtcNow() - session.Proven < Fresh;

    /// <summary>The person has just proved again who she is.</summary>
    public Task Proved(Session session) =>
        log.Write(batch => batch.Do("update session set proven = @now, seen = @now where id = @id", ("now", Time.Write(clock.GetUtcNow())), ("id", session.Id)));

    /// <summary>Of a person, the one used last first.</summary>
    public async Task<IReadOnlyList<Session>> Of(string person)
    {
        var now = clock.GetUtcNow();
        return [.. (await Ask("person = @person", ("person", person))).Where(session => Lasts(session, now)).OrderByDescending(session => session.Seen)];
    }

    /// <summary>False where there is none of that name.</summary>
    public async Task<bool> End(string person, string handle) =>
        await log.Write(batch => batch.Do("delete from session where person = @person and handle = @handle", ("person", person), ("handle", handle))) > 0;

    /// <summary>All of a person's, but one.</summary>
    public Task EndAll(string person, Session? but = null) =>
        log.Write(batch => batch.Do("delete from session where person = @person and id <> @but", ("person", person), ("but", but?.Id ?? "")));

    private static bool Lasts(Session session, DateTimeOffset now) => now - session.Seen < Idle && now - session.Begun < Longest;

    private Task<List<Session>> Ask(string where, (string, object?) parameter) => store.Query(connection => connection.Query(
        $"select id, person, handle, device, begun, seen, proven from session where {where}",
        r => new Session(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Time.Read(r.GetString(4)), Time.Read(r.GetString(5)), Time.Read(r.GetString(6))), parameter));
}
