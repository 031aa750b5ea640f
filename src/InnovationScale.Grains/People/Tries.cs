using System.Threading.RateLimiting;
using InnovationScale.Storage;

namespace InnovationScale.People;

/// <summary>
/// How often somebody may try to get in: thirty times a minute from an address, five times a minute at an account; after ten failures in a row one try in a
/// quarter of an hour. An account is counted by the keyed hash of its address, whether there is one or not, so that nothing tells which there are.
/// </summary>
public sealed class Tries(SqlLogStore store, EventLog log, TimeProvider clock) : IDisposable
{
    private const int InARowMost = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1), Rest = TimeSpan.FromMinutes(15), Kept = TimeSpan.FromDays(1);

    private readonly PartitionedRateLimiter<string> byAddress = Limiter(30), byAccount = Limiter(5);

    public bool MayFrom(string address) => byAddress.AttemptAcquire(address).IsAcquired;

    public async Task<bool> MayAt(string account)
    {
        var quickEnough = byAccount.AttemptAcquire(account).IsAcquired;
        var failed = await store.Query(connection => connection.Query("select failures, last from sign_in_failure where id = @id",
            r => (Count: r.GetInt64(0), Last: Time.Read(r.GetString(1))), ("id", account)));
        return quickEnough && failed.TrueForAll(row => row.Count < InARowMost || clock.GetUtcNow() - row.Last >= Rest);
    }

    public Task Failed(string account) => log.Write(batch =>
    {
        var now = clock.GetUtcNow();
        batch.Do("delete from sign_in_failure where last < @before", ("before", Time.Write(now - Kept)));
        return batch.Do("insert into sign_in_failure (id, failures, last) values (@id, 1, @now) on conflict (id) do update set failures = sign_in_failure.failures + 1, last = excluded.last",
            ("id", account), ("now", Time.Write(now)));
    });

    public Task Succeeded(string account) => log.Write(batch => batch.Do("delete from sign_in_failure where id = @id", ("id", account)));

    public void Dispose()
    {
        byAddress.Dispose();
        byAccount.Dispose();
    }

    private static PartitionedRateLimiter<string> Limiter(int most) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new() { PermitLimit = most, Window = Window, SegmentsPerWindow = 6 }));
}
