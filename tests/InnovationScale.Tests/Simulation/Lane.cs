namespace InnovationScale.Simulation;

/// <summary>
/// Where the continuations of one simulated process wait for their turn. Nothing runs by itself: whoever owns the lane takes one, in any
/// order, on the one thread there is.
/// </summary>
internal sealed class Lane : SynchronizationContext
{
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly List<(SendOrPostCallback Run, object? State)> waiting = [];
    private bool dead;

    public int Waiting => waiting.Count;

    /// <summary>True once something came from another thread: the run was not deterministic.</summary>
    public bool Strayed { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != thread) Strayed = true;
        if (!dead) waiting.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing here may wait for another thread.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs the one at this place in the line.</summary>
    public void Run(int n)
    {
        var (run, state) = waiting[n];
        waiting.RemoveAt(n);
        Within(this, () => run(state));
    }

    /// <summary>Runs something as a caller from inside this process.</summary>
    public void Start(Action run) => Within(this, run);

    /// <summary>Runs something as the log's writer or a timer does: on a thread of its own, outside every lane.</summary>
    public static void Outside(Action run) => Within(null, run);

    /// <summary>The process is gone: what waited never runs.</summary>
    public void Kill()
    {
        dead = true;
        waiting.Clear();
    }

    private static void Within(SynchronizationContext? context, Action run)
    {
        var outer = Current;
        SetSynchronizationContext(context);
        try
        {
            run();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}

/// <summary>A clock that stands still until it is moved. Timers fire when their time has been passed, in an order that its owner picks.</summary>
internal sealed class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <param name="pick">Which of so many due timers fires next.</param>
    public void Advance(TimeSpan by, Func<int, int> pick)
    {
        now += by;
        while (timers.FindAll(t => t.Due <= now) is { Count: > 0 } due) due[pick(due.Count)].Fire();
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            this.period = period;
            clock.timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            Due = clock.now + dueTime;
            clock.timers.Add(this);
            return true;
        }

        public void Fire()
        {
            // A timer that fell behind fires once: then it counts from now.
            Change(period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan, period);
            Lane.Outside(() => callback(state));
        }

        public void Dispose() => clock.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
