using System.Runtime.ExceptionServices;
using Heliostat.Configuration.Plugins;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Does rules to all records of a batch on a thread of its own, and waits for it as long as it gets on. What must hold:
/// <list type="bullet">
/// <item>A. While rules are at work, all that they use is the thread's; otherwise it is the caller's.</item>
/// <item>B. What was given up for a plug-in that does not come back stays the thread's for ever, and is used for nothing else.</item>
/// </list>
/// </summary>
internal sealed class RulesThread(int maxDecompressedBytes) : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly RuleScratch _scratch = new();
    private readonly DecompressionBuffer _buffer = new(maxDecompressedBytes);
    private readonly RuleResults _made = new();
    private Thread? _thread;
    private byte[] _batch = [];
    private int _length;
    private long _from;

    /// <summary>What is to be done; null when nothing is.</summary>
    private RecordRules? _rules;

    private int _done;
    private Exception? _failure;
    private PluginClass? _givenUpFor;
    private bool _hasEnded;

    /// <summary>The plug-in that it was given up for: it cannot be used any more. Null for none.</summary>
    public PluginClass? GivenUpFor => Volatile.Read(ref _givenUpFor);

    /// <summary>
    /// What rules make of the records of a batch from an offset on; null where a plug-in does not come back. It stays as it is until the
    /// next call.
    /// </summary>
    public RuleResults? Run(RecordRules rules, ReadOnlySpan<byte> batch, long from)
    {
        if (_batch.Length < batch.Length)
        {
            _batch = new byte[batch.Length + (batch.Length / 2)];
        }

        batch.CopyTo(_batch);
        lock (_gate)
        {
            (_length, _from, _rules, _failure) = (batch.Length, from, rules, null);
            Volatile.Write(ref _done, 0);
            if (_thread is null)
            {
                _thread = new Thread(Work) { IsBackground = true, Name = "plug-in" };
                _thread.Start();
            }

            Monitor.PulseAll(_gate);
            if (!Waits(rules.Plugins.Max(plugin => plugin.Timeout)))
            {
                return null;
            }

            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return _made;
        }
    }

    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            (thread, _hasEnded) = (_thread, true);
            Monitor.PulseAll(_gate);
        }

        thread?.Join();
        Free();
    }

    /// <summary>Whether it gets to the end, a record within a time.</summary>
    private bool Waits(TimeSpan timeout)
    {
        var seen = 0;
        while (_rules is not null)
        {
            if (Monitor.Wait(_gate, timeout) || _rules is null)
            {
                continue;
            }

            // Without a plug-in in hand it is the machine that is slow.
            if (Volatile.Read(ref _done) is var done && done == seen && _scratch.Calls is { } plugin)
            {
                plugin.FallSilent();
                Volatile.Write(ref _givenUpFor, plugin);
                return false;
            }

            seen = done;
        }

        return true;
    }

    private void Work()
    {
        while (Next() is { } rules)
        {
            try
            {
                Do(rules);
            }
            catch (Exception failure)
            {
                // The caller's to deal with.
                _failure = failure;
            }

            if (!HandOver())
            {
                Free();
                return;
            }
        }
    }

    private RecordRules? Next()
    {
        lock (_gate)
        {
            while (_rules is null && !_hasEnded)
            {
                if (!Monitor.Wait(_gate, Idle) && _rules is null)
                {
                    break;
                }
            }

            _thread = _rules is null ? null : _thread;
            return _rules;
        }
    }

    private void Do(RecordRules rules)
    {
        _made.Clear();
        _scratch.Asked = null;
        rules.AskAll(_batch.AsSpan(0, _length), _from, long.MaxValue, _buffer, _scratch);
        var reader = new RecordReader(_batch.AsSpan(0, _length), _buffer);
        while (reader.MoveNext() && GivenUpFor is null)
        {
            var record = RecordView.Of(reader);
            if (record.Offset >= _from)
            {
                _made.Add(record, rules.Apply(ref record, _scratch), _scratch);
            }

            Volatile.Write(ref _done, _done + 1);
        }
    }

    /// <summary>What was done is the caller's; false when nobody wants it any more.</summary>
    private bool HandOver()
    {
        lock (_gate)
        {
            _rules = null;
            Monitor.PulseAll(_gate);
            _givenUpFor?.ComeBack();
            return _givenUpFor is null;
        }
    }

    private void Free()
    {
        _scratch.Dispose();
        _buffer.Dispose();
    }
}
