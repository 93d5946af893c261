using Heliostat.Configuration.Plugins;

namespace Heliostat.Mirroring.Rules;

/// <summary>One thing that is done to records. Immutable, and used by any number of threads, each with a scratch of its own.</summary>
internal abstract class RecordRule
{
    /// <summary>What a JVM is asked for it; null where none is.</summary>
    public virtual JavaAsked? Asked => null;

    /// <summary>What else people are to know of it; null where its name says all.</summary>
    public virtual string? Note => null;

    /// <summary>The plug-in that it calls; null for rules of our own, which come back.</summary>
    public virtual PluginClass? Plugin => null;

    /// <summary>Does it to <paramref name="record"/>, which is not touched when it fails.</summary>
    public abstract RuleOutcome Apply(ref RecordView record, RuleScratch scratch);
}
