using System.Text.Json;
using Azure.Storage.Blobs;
using InnovationScale.Hosting;

namespace InnovationScale.Silo;

/// <summary>A snapshot saves time and decides nothing.</summary>
[Collection(TwoSilos.Name)]
public sealed class SnapshotsInBlobs(TwoSilos silos)
{
    private const int Events = 100;
    private static readonly TimeSpan BeforeAgain = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Of_a_long_stream_is_kept_and_read_again()
    {
        var (id, blob) = await Counted();
        var kept = await Read(blob);
        Assert.True(kept.Version >= Events);

        // What the grain shows after waking can only come from the snapshot: it is changed behind the log's back, under the right hash.
        await Write(blob, kept with { Json = JsonSerializer.Serialize(new Tally(4711, 0, []), StoredJson.Options) });
        await silos.Forget();
        Assert.Equal(4711, (await silos.Grains.Look<Tally>(id)).State.Total);
    }

    [Theory]
    [InlineData("of another event")]
    [InlineData("of other rules")]
    [InlineData("newer than the log")]
    [InlineData("not readable")]
    public async Task Is_passed_over_when_it_is(string wrong)
    {
        var (id, blob) = await Counted();
        var kept = await Read(blob);
        var lie = JsonSerializer.Serialize(new Tally(4711, 0, []), StoredJson.Options);
        await Write(blob, wrong switch
        {
            "of another event" => kept with { Hash = [.. kept.Hash.Select(b => (byte)~b)], Json = lie },
            "of other rules" => kept with { FoldVersion = kept.FoldVersion + 1, Json = lie },
            "newer than the log" => kept with { Version = kept.Version + 1_000, Json = lie },
            _ => kept with { Json = "{\"total\":" },
        });
        await silos.Forget();

        Assert.Equal((Events, (long)Events), ((await silos.Grains.Look<Tally>(id)).State.Total, (await silos.Grains.Look<Tally>(id)).Version));
        // A true one takes its place, unless newer rules wrote it.
        while (wrong is not "of other rules" && ((await Read(blob)).State<Tally>()?.Total, (await Read(blob)).Hash.AsSpan().SequenceEqual(kept.Hash)) != (Events, true)) await Task.Delay(BeforeAgain);
    }

    [Fact]
    public async Task Is_not_waited_for_while_the_blobs_are_away()
    {
        var (id, _) = await Counted();
        silos.Azurite.Freeze();
        try
        {
            await silos.Forget();
            Assert.Equal(Events, (await silos.Grains.Look<Tally>(id)).State.Total);
            Assert.Equal(Events + 1, (await silos.Grains.Execute(id, new Count(1), Stamp())).Receipt?.Version);
        }
        finally
        {
            silos.Azurite.Thaw();
        }
    }

    private static Stamp Stamp() => new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, Guid.NewGuid().ToString("n"));

    /// <summary>A stream long enough to be worth a snapshot, and the blob that keeps it.</summary>
    private async Task<(string Id, BlobClient Blob)> Counted()
    {
        var id = Guid.NewGuid().ToString("n");
        await silos.Grains.Execute(id, new Count(1, Times: Events), Stamp());
        var container = silos.Blobs.GetBlobContainerClient("grain-snapshots");
        while (true)
        {
            await foreach (var one in container.GetBlobsAsync())
                if (one.Name.Contains(id, StringComparison.Ordinal)) return (id, container.GetBlobClient(one.Name));
            await Task.Delay(BeforeAgain);
        }
    }

    private static async Task<Snapshot> Read(BlobClient blob) => JsonSerializer.Deserialize<Snapshot>((await blob.DownloadContentAsync()).Value.Content, StoredJson.Options)!;

    private static Task Write(BlobClient blob, Snapshot snapshot) =>
        blob.UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(snapshot, StoredJson.Options)), overwrite: true);
}
