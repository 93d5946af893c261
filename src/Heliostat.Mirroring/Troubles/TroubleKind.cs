namespace Heliostat.Mirroring.Troubles;

/// <summary>What keeps something from getting on. Codes and what helps: docs/troubles.md.</summary>
public enum TroubleKind
{
    /// <summary>This should not happen.</summary>
    Defect,

    /// <summary>A cluster cannot be reached, or does not answer in time.</summary>
    Unreachable,

    /// <summary>A cluster does not let us in: login, certificate, or a listener that wants another protocol.</summary>
    LoginFailed,

    /// <summary>The principal lacks a right.</summary>
    NotAuthorized,

    /// <summary>A broker answers with an error that may pass.</summary>
    BrokerError,

    /// <summary>The source's bytes cannot be read: trying again would read the same.</summary>
    SourceDamaged,

    /// <summary>A record is not what <c>transforms</c> take.</summary>
    Untransformed,

    /// <summary>Committed records end at a transaction that is open.</summary>
    OpenTransaction,

    /// <summary>The target does not take a batch. docs/refusals.md has each answer.</summary>
    BatchRefused,

    /// <summary>One record needs a larger batch than the target takes.</summary>
    RecordTooLarge,

    /// <summary>The target has not acknowledged anything for a while.</summary>
    TargetSilent,

    /// <summary>A topic cannot be made ready on the target.</summary>
    TopicNotReady,

    /// <summary>Where a lane starts cannot be looked up.</summary>
    StartUnknown,

    /// <summary>No position is stored and <c>auto.offset.reset</c> is <c>none</c>.</summary>
    NoPosition,

    /// <summary>A lane cannot tell whether its logs are those of its position, and is being looked at.</summary>
    InDoubt,

    /// <summary>A loss stopped the lane until somebody decides. docs/guarantees.md has each kind.</summary>
    Halted,

    /// <summary>What the mirror keeps on a cluster cannot be written there.</summary>
    NotStored,

    /// <summary>The flow does without an internal topic that only follows the records: it may not, or cannot now, have it.</summary>
    WithoutTopic,

    /// <summary>What was asked for cannot work with these clusters.</summary>
    Refused,

    /// <summary>Another process runs the flow.</summary>
    AnotherProcess,

    /// <summary>A transaction was lost; the flow begins anew from what is stored.</summary>
    TransactionLost,

    /// <summary>Offsets that are to be the same on both sides are not. docs/same-offsets.md.</summary>
    NotEqual,

    /// <summary>A schema registry does not take or tell what it is asked for. docs/schemas.md.</summary>
    SchemaRegistry,

    /// <summary>The JVM that classes of the user's run in ended, does not answer, or cannot be started. docs/java.md.</summary>
    Java,

    /// <summary>A plug-in does not come back from a record. docs/plugins.md.</summary>
    PluginSilent,
}
