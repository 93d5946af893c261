using Heliostat.Plugins;

namespace Heliostat.Configuration.Plugins;

/// <summary>A class of a plug-in with its settings, as one step of a flow names it.</summary>
/// <param name="assembly">Where it is.</param>
/// <param name="name">What it is called, with its namespace.</param>
/// <param name="settings">What it is given.</param>
/// <param name="timeout">How long it may take for one record.</param>
public sealed class PluginClass(PluginAssembly assembly, string name, IReadOnlyDictionary<string, string> settings, TimeSpan timeout)
{
    private readonly Func<IRecordPlugin> _make = assembly.Class(name);
    private int _silent;

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>How long it may take for one record, before its lanes stop.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>A call has not come back in time, and still is not back.</summary>
    public bool IsSilent => Volatile.Read(ref _silent) > 0;

    /// <summary>One of its instances, for one thread at a time. Throws what its constructor and its settings throw.</summary>
    public IRecordPlugin Make()
    {
        var made = _make();
        made.Configure(settings);
        return made;
    }

    /// <summary>A call did not come back in time.</summary>
    public void FallSilent() => Interlocked.Increment(ref _silent);

    /// <summary>It came back after all.</summary>
    public void ComeBack() => Interlocked.Decrement(ref _silent);

    /// <summary>For people: the class, its assembly and version.</summary>
    public override string ToString() => $"{name} of {assembly.Name}";
}
