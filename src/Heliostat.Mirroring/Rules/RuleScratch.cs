using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Room for what rules make of one record, kept from record to record; one user at a time. Of each part there are two: a rule reads from
/// one what the rule before it wrote, and writes into the other.
/// </summary>
internal sealed class RuleScratch : IDisposable
{
    private readonly RecordHeadersBuilder[] _headers = [new(), new()];
    private readonly ByteBuffer[][] _places = [[new(), new()], [new(), new()]];
    private readonly int[] _turns = [0, 0];
    private readonly Dictionary<RecordScript, ScriptHost> _scripts = [];
    private readonly List<(JavaAnswers Many, JavaAnswers Alone)> _java = [];
    private readonly Dictionary<PluginClass, PluginHost> _plugins = [];
    private PluginClass? _calls;
    private int _headersTurn;

    /// <summary>What a record was not taken for: the rule, and what is wrong with it.</summary>
    public string Why { get; private set; } = "";

    /// <summary>The last offset of the batch that a JVM was asked about, by whom; null for none.</summary>
    public (RecordRules By, long LastOffset)? Asked { get; set; }

    /// <summary>The records that one became, after <see cref="RuleOutcome.Several"/>.</summary>
    public HandledRecords Several { get; } = new();

    /// <summary>What is waited for, after <see cref="RuleOutcome.NotYet"/>.</summary>
    public TroubleKind Awaits { get; private set; }

    /// <summary>An empty place for headers.</summary>
    public RecordHeadersBuilder Headers()
    {
        var headers = _headers[_headersTurn ^= 1];
        headers.Reset();
        return headers;
    }

    /// <summary>An empty place for a key or a value.</summary>
    public ByteBuffer Place(PayloadPart part)
    {
        var place = _places[(int)part][_turns[(int)part] ^= 1];
        place.Truncate(0);
        return place;
    }

    /// <summary>
    /// What was written into the last place for a part is not used: what the record has stands in the other one, which must not be given
    /// out next.
    /// </summary>
    public void GiveBack(PayloadPart part) => _turns[(int)part] ^= 1;

    /// <summary>Room for the answers of a JVM, of many records and of one, at a place of the chain.</summary>
    public (JavaAnswers Many, JavaAnswers Alone) Java(int place)
    {
        while (_java.Count <= place)
        {
            _java.Add((new JavaAnswers(), new JavaAnswers()));
        }

        return _java[place];
    }

    /// <summary>What runs a script. A flow has few, and a scratch serves one flow.</summary>
    public ScriptHost Script(RecordScript script)
    {
        if (!_scripts.TryGetValue(script, out var host))
        {
            _scripts[script] = host = new ScriptHost(script);
        }

        return host;
    }

    /// <summary>What the rule needs to know is not known yet: <paramref name="why"/>, of that kind.</summary>
    public RuleOutcome Await(TroubleKind kind, string why)
    {
        (Awaits, Why) = (kind, why);
        return RuleOutcome.NotYet;
    }

    /// <summary>What calls a plug-in. A flow has few, and a scratch serves one flow.</summary>
    public PluginHost Plugin(PluginClass plugin)
    {
        if (!_plugins.TryGetValue(plugin, out var host))
        {
            _plugins[plugin] = host = new PluginHost(plugin);
        }

        return host;
    }

    /// <summary>The plug-in that is being called; null when none is. For other threads too.</summary>
    public PluginClass? Calls
    {
        get => Volatile.Read(ref _calls);
        set => Volatile.Write(ref _calls, value);
    }

    /// <summary>The record cannot be taken: <paramref name="why"/>, said of the rule.</summary>
    public RuleOutcome Fail(string why)
    {
        Why = why;
        return RuleOutcome.Failed;
    }

    /// <summary>What was not taken, or is awaited, is so by a rule of this name.</summary>
    public void Of(string rule) => Why = $"{rule}: {Why}";

    public void Dispose()
    {
        foreach (var headers in _headers)
        {
            headers.Dispose();
        }

        Several.Dispose();

        foreach (var host in _scripts.Values)
        {
            host.Dispose();
        }
    }
}
