using System.Buffers.Binary;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// The rules of a lane at work on the records of a batch: on each when it is asked for; where plug-ins are among them, which may not come
/// back, on all of a batch before, on a thread of their own. For one user at a time.
/// </summary>
/// <param name="maxDecompressedBytes">What the records of a batch may take.</param>
internal sealed class RulesAtWork(int maxDecompressedBytes) : IDisposable
{
    private readonly RuleScratch _scratch = new();
    private RecordRules? _rules;
    private RulesThread? _thread;
    private RuleResults? _made;
    private (long Offset, int Length, long From) _batch;

    /// <summary>A plug-in does not come back: nothing is said of records until it does.</summary>
    private bool _waits;

    /// <summary>What a record was not taken for, or is waited for.</summary>
    public string Why => _scratch.Why;

    /// <summary>What is waited for, after <see cref="RuleOutcome.NotYet"/>.</summary>
    public TroubleKind Awaits => _scratch.Awaits;

    /// <summary>The records that one became, after <see cref="RuleOutcome.Several"/>.</summary>
    public HandledRecords Several => _scratch.Several;

    /// <summary>It is these from now on; null for none.</summary>
    public void Use(RecordRules? rules)
    {
        (_rules, _made, _batch, _waits) = (rules, null, default, false);
        _scratch.Asked = null;
    }

    /// <summary>
    /// Records are those of this batch from now on, in their order. A JVM is asked about all of them; where plug-ins look at them it
    /// returns when they have, or when one does not come back. Throws what reading a batch throws.
    /// </summary>
    /// <param name="batch">The batch, whole.</param>
    /// <param name="from">The first offset that is asked about.</param>
    /// <param name="next">The one behind the last.</param>
    /// <param name="buffer">Takes what is decompressed.</param>
    public void Begin(ReadOnlySpan<byte> batch, long from, long next, DecompressionBuffer buffer)
    {
        if (_rules is not { Plugins.Count: > 0 })
        {
            _rules?.AskAll(batch, from, next, buffer, _scratch);
            return;
        }

        var same = (BinaryPrimitives.ReadInt64BigEndian(batch), batch.Length, from);
        if (_made is null || _batch != same)
        {
            Look(batch, from);
            _batch = same;
        }

        _made?.Rewind();
    }

    /// <summary>Does all of it to <paramref name="record"/>, which is the next one of the batch.</summary>
    public RuleOutcome Apply(ref RecordView record)
    {
        if (_rules is null)
        {
            return RuleOutcome.Kept;
        }

        return _waits ? RuleOutcome.NotYet
            : _made is not null ? _made.Take(ref record, _scratch)
            : _rules.Apply(ref record, _scratch);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _thread?.Dispose();
    }

    private void Look(ReadOnlySpan<byte> batch, long from)
    {
        _made = null;
        var silent = _rules!.Plugins.FirstOrDefault(plugin => plugin.IsSilent);
        if (silent is null)
        {
            _thread ??= new RulesThread(maxDecompressedBytes);
            _made = _thread.Run(_rules, batch, from);
            silent = _thread.GivenUpFor;
            _thread = silent is null ? _thread : null;
        }

        _waits = silent is not null;
        if (silent is not null)
        {
            _scratch.Await(TroubleKind.PluginSilent,
                $"{silent} has not come back from a record for {silent.Timeout.TotalMilliseconds:0} ms; lanes that it works for wait until "
                    + "it does, and a restart of the process ends one that never does");
        }
    }
}
