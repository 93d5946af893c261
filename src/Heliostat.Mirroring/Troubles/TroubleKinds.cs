namespace Heliostat.Mirroring.Troubles;

/// <summary>
/// What kinds of trouble are called where machines read them: in JSON, labels and docs/troubles.md. They stay as they are.
/// </summary>
public static class TroubleKinds
{
    /// <summary>Such as <c>target-silent</c>.</summary>
    public static string Code(this TroubleKind kind) => kind switch
    {
        TroubleKind.Unreachable => "unreachable",
        TroubleKind.LoginFailed => "login-failed",
        TroubleKind.NotAuthorized => "not-authorized",
        TroubleKind.BrokerError => "broker-error",
        TroubleKind.SourceDamaged => "source-damaged",
        TroubleKind.Untransformed => "untransformed",
        TroubleKind.OpenTransaction => "open-transaction",
        TroubleKind.BatchRefused => "batch-refused",
        TroubleKind.RecordTooLarge => "record-too-large",
        TroubleKind.TargetSilent => "target-silent",
        TroubleKind.TopicNotReady => "topic-not-ready",
        TroubleKind.StartUnknown => "start-unknown",
        TroubleKind.NoPosition => "no-position",
        TroubleKind.InDoubt => "in-doubt",
        TroubleKind.Halted => "halted",
        TroubleKind.NotStored => "not-stored",
        TroubleKind.WithoutTopic => "without-topic",
        TroubleKind.Refused => "refused",
        TroubleKind.AnotherProcess => "another-process",
        TroubleKind.TransactionLost => "transaction-lost",
        TroubleKind.NotEqual => "not-equal",
        TroubleKind.SchemaRegistry => "schema-registry",
        TroubleKind.Java => "java",
        TroubleKind.PluginSilent => "plugin-silent",
        _ => "defect",
    };
}
