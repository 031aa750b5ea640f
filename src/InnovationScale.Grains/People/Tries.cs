using System.Threading.RateLimiting;
using InnovationScale.Storage;

namespace InnovationScale.People;

/// <summary>
/// How often somebody may try to get in: thirty times a minute from an address, five times a minute at an account; after ten failures in a row one try in a
/// quarter of an hour. An account is counted by the keyed hash of its address, whether there is one or not, so that nothing tells which there are. What was
/// refused is told to the person once, when she has next proved who she is: to write it into her history before would take longer where there is an account.
/// </summary>
public sealed class Tries(SqlLogStore store, EventLog log, TimeProvider clock) : IDisposable
{
    private const int InARowMost = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1), Rest = TimeSpan.FromMinutes(15), Kept = TimeSpan.FromDays(1), KeptToTell = TimeSpan.FromDays(90);

    private readonly PartitionedRateLimiter<string> byAddress = Limiter(30), byAccount = Limiter(5);

    public bool MayFrom(string address) => byAddress.AttemptAcquire(address).IsAcquired;

    public async Task<bool> MayAt(string account)
    {
        var quickEnough = byAccount.AttemptAcquire(account).IsAcquired;
        var failed = await store.Query(connection => connection.Query("select failures, last from sign_in_failure where id = @id",
            r => (Count: r.GetInt64(0), Last: Time.Read(r.GetString(1))), ("id", account)));
        return quickEnough && failed.TrueForAll(row => row.Count < InARowMost || clock.GetUtcNow() - row.Last >= Rest);
    }

    /// <param name="throttled">It was not looked at.</param>
    public Task Failed(string account, bool throttled) => log.Write(batch =>
    {
        var now = clock.GetUtcNow();
        batch.Do("delete from refused_try where last < @told or (last < @before and id not like 'code %' and not exists (select 1 from person where email_key = refused_try.id))",
            ("told", Time.Write(now - KeptToTell)), ("before", Time.Write(now - Kept)));
        batch.Do("insert into refused_try (id, refused, throttled, last) values (@id, 1, @throttled, @now) on conflict (id) do update set "
            + "refused = refused_try.refused + 1, throttled = refused_try.throttled + excluded.throttled, last = excluded.last",
            ("id", account), ("throttled", throttled ? 1L : 0L), ("now", Time.Write(now)));
        batch.Do("delete from sign_in_failure where last < @before", ("before", Time.Write(now - Kept)));
        return batch.Do("insert into sign_in_failure (id, failures, last) values (@id, 1, @now) on conflict (id) do update set failures = sign_in_failure.failures + 1, last = excluded.last",
            ("id", account), ("now", Time.Write(now)));
    });

    /// <summary>What was refused and is not told yet; null where nothing was.</summary>
    public async Task<NoteRefusedTries?> Refused(string account) => (await store.Query(connection => connection.Query("select refused, throttled, last from refused_try where id = @id",
        r => new NoteRefusedTries((int)r.GetInt64(0), (int)r.GetInt64(1), Time.Read(r.GetString(2))), ("id", account)))).FirstOrDefault();

    public Task Succeeded(string account) => log.Write(batch => batch.Do("delete from sign_in_failure where id = @id", ("id", account)));

    /// <summary>These stand in the person's history from now on; what was refused since then is told next time.</summary>
    /// <param name="again">They stood there already: then they may have been taken off here as well.</param>
    public Task Told(string account, NoteRefusedTries told, bool again) => log.Write(batch =>
    {
        if (again) return batch.Do("delete from refused_try where id = @id and refused = @refused and last = @last", ("id", account), ("refused", told.Refused), ("last", Time.Write(told.Last)));
        batch.Do("update refused_try set refused = refused - @refused, throttled = throttled - @throttled where id = @id and refused >= @refused",
            ("id", account), ("refused", told.Refused), ("throttled", told.Throttled));
        return batch.Do("delete from refused_try where id = @id and refused = 0", ("id", account));
    });

    /// <summary>Nothing is known of an account any more.</summary>
    public Task Forget(string account) => log.Write(batch =>
    {
        batch.Do("delete from refused_try where id = @id", ("id", account));
        return batch.Do("delete from sign_in_failure where id = @id", ("id", account));
    });

    public void Dispose()
    {
        byAddress.Dispose();
        byAccount.Dispose();
    }

    private static PartitionedRateLimiter<string> Limiter(int most) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new() { PermitLimit = most, Window = Window, SegmentsPerWindow = 6 }));
}
