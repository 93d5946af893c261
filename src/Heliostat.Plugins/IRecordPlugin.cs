namespace Heliostat.Plugins;

/// <summary>
/// Looks at the records of a mirror one by one. It is made by its constructor without parameters; several are made, and each is called by
/// one thread at a time.
/// </summary>
public interface IRecordPlugin
{
    /// <summary>
    /// Called once, before all else. An exception has the mirror refused at its start, with the message: an
    /// <see cref="ArgumentException"/> for a setting that cannot be used.
    /// </summary>
    /// <param name="settings">What the file says behind <c>.config.</c>, by names without that; values as they are written, or as a config
    /// provider gives them.</param>
    void Configure(IReadOnlyDictionary<string, string> settings);

    /// <summary>
    /// Decides over one record. The same record must give the same again: what a target holds after a crash is compared with what this
    /// makes of the source. An exception makes the record a failing one, and nothing of it is changed.
    /// </summary>
    /// <param name="record">The record, as steps before this one left it; its spans are valid during the call.</param>
    /// <param name="changes">Takes what becomes of it; empty at each call, and of no meaning after <see cref="Verdict.Drop"/>.</param>
    Verdict Apply(in PluginRecord record, RecordChanges changes);
}
