namespace Heliostat.Client.Tests.Producing;

/// <summary>How often what goes wrong, per step or per request.</summary>
internal sealed record ModelFaults
{
    private readonly HashSet<long> _tooLarge = [];

    public double Cut { get; private set; }

    public double Restart { get; private set; }

    public double Move { get; private set; }

    public double Forget { get; private set; }

    public double FailBefore { get; private set; }

    public double FailAfter { get; private set; }

    public double DropUnsent { get; private set; }

    public bool Before25 { get; init; }

    /// <summary>A restarted leader knows no producer: their records are old.</summary>
    public bool RestartForgets { get; init; }

    public bool HugeBatches { get; init; }

    public short FirstEpoch { get; init; }

    /// <summary>The batches go in transactions, which are committed now and then.</summary>
    public bool Transactional { get; init; }

    /// <summary>Some of everything that keeps what the leader knows of a producer.</summary>
    public static ModelFaults Kept(Random random) => new()
    {
        Cut = random.NextDouble() * 0.2,
        Move = random.NextDouble() * 0.1,
        FailBefore = random.NextDouble() * 0.2,
        FailAfter = random.NextDouble() * 0.2,
        DropUnsent = random.NextDouble() * 0.05,
        HugeBatches = false,
        FirstEpoch = (short)(random.Next(2) == 0 ? 0 : short.MaxValue - 1),
        Before25 = random.Next(2) == 0,
    };

    /// <summary>Without retriable errors: what is lost is lost with its connection.</summary>
    public ModelFaults WithoutFailures() => this with { FailBefore = 0, FailAfter = 0 };

    public ModelFaults WithRestarts(double probability) => this with { Restart = probability };

    public ModelFaults WithForgetting(double probability) => this with { Forget = probability };

    public ModelFaults WithTooLarge(params long[] offsets)
    {
        _tooLarge.UnionWith(offsets);
        return this;
    }

    /// <summary>A batch of several records is too large when one of them is marked.</summary>
    public bool TooLarge(long first, int count)
    {
        foreach (var offset in _tooLarge)
        {
            if (count > 1 && offset >= first && offset < first + count) return true;
        }

        return false;
    }

    public void Stop() => Cut = Restart = Move = Forget = FailBefore = FailAfter = DropUnsent = 0;
}
