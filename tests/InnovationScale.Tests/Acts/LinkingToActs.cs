using InnovationScale.Acts;
using InnovationScale.Hosting;

namespace InnovationScale;

/// <summary>A page asks what may be done with every line of a record.</summary>
public class LinkingToActs
{
    private static readonly Principal Amina = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]);

    [Fact]
    public async Task Looks_at_the_record_once_however_many_parts_are_asked_for()
    {
        var grains = new CountingGrains();
        var acts = new TallyActs(new Desk(grains, null!, Rules, TimeProvider.System), Rules);
        for (var part = 0; part < 30; part++) Assert.Equal($"add-{part}", Assert.Single((await acts.Open(Amina, "t", $"{part}", Words.English))!.Offered).Name);

        Assert.Equal(1, grains.Looks);
    }

    private static Access Rules { get; } = new Access().Allow<Count>(Role.Teacher).Allow("read-tally", Role.Teacher);

    private sealed class TallyActs(Desk desk, Access access) : Acts<Tally>("tallies", desk, access)
    {
        protected override string Title(ActsAsked<Tally> asked) => "A tally";

        protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<Tally> asked) => Task.FromResult<IReadOnlyList<Act>>([Row(asked, $"add-{asked.Of}", _ => new Count(1))]);

        protected override bool MayNow(Tally state, Type command, Principal who) => true;
    }

    private sealed class CountingGrains : IGrains
    {
        public int Looks { get; private set; }

        public Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null)
            where TAggregate : class, IAggregate<TAggregate> => throw new NotSupportedException();

        public Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate>
        {
            Looks++;
            return Task.FromResult(new View<TAggregate>(id, TAggregate.New, 1));
        }
    }
}
