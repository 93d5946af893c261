using System.Globalization;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>What all three connectors have: <c>ConnectorConfig</c> of Connect and <c>MirrorConnectorConfig</c>.</summary>
internal static class ConnectorSettings
{
    private const string Package = "org.apache.kafka.connect.mirror.";
    private const string ByteArrayConverter = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private const string NoPlugins = "there are no plug-ins to choose a version of";
    private const string NoConversion = "records are passed on as they are and cannot fail on the way";
    private const string BytesOnly = "records are passed on as they are, byte for byte";

    public static readonly TypedSetting<bool> Enabled = Declare.Setting("enabled", Kinds.Boolean, "false",
        "Replicate topics and checkpoint groups of this flow.", "2.4");

    public static readonly TypedSetting<string> SourceAlias = Declare.Setting("source.cluster.alias", Kinds.String, null,
        "The source's alias: prefix of mirrored topics and key of stored positions.", "2.4");

    public static readonly TypedSetting<string> TargetAlias = Declare.Setting("target.cluster.alias", Kinds.String, "target",
        "The target's alias: ends cycles, names the offset-syncs topic.", "2.4");

    public static readonly TypedSetting<string> Name = Declare.Setting("name", Kinds.String, null,
        "The connector's name: part of the key of stored positions.", "0.9");

    public static readonly TypedSetting<TimeSpan> AdminTimeout = Declare.Setting(
        "admin.timeout.ms", Kinds.Milliseconds(SettingType.Long), FlowOptions.DefaultAdminTimeout.TotalMilliseconds.ToString(
            CultureInfo.InvariantCulture), "How long one administrative job at the start may take.", "2.4");

    public static readonly TypedSetting<ReplicationPolicyKind> ReplicationPolicy = Declare.Setting(
        "replication.policy.class",
        Kinds.ClassOf((Package + "DefaultReplicationPolicy", ReplicationPolicyKind.Default), (Package + "IdentityReplicationPolicy",
            ReplicationPolicyKind.Identity)), Package + "DefaultReplicationPolicy", "What mirrored topics are called.", "2.4");

    public static readonly TypedSetting<string> Separator = Declare.Setting("replication.policy.separator", Kinds.String, ".",
        "What stands between alias and topic.", "2.4");

    public static readonly TypedSetting<bool> InternalSeparator = Declare.Setting(
        "replication.policy.internal.topic.separator.enabled", Kinds.Boolean, "true",
        "Internal topics use replication.policy.separator as well; false keeps the dot (KIP-949).", "3.6");

    public static readonly TypedSetting<int> TasksMax = Declare.Setting("tasks.max", Kinds.Int(1), "1",
        "The most tasks of a connector; lanes of a flow are shared out in as many slots.", "0.9");

    public static readonly TypedSetting<IReadOnlyList<string>> Transforms = Declare.Setting(
        "transforms", Kinds.List, "",
        "Names of what is done to topics and records on the way, in this order; transforms.NAME.type and more say what "
            + "(docs/transforms.md). For a flow only.", "0.10.2");

    public static readonly TypedSetting<IReadOnlyList<string>> Predicates = Declare.Setting(
        "predicates", Kinds.List, "",
        "Names of the conditions that transforms.NAME.predicate asks for; predicates.NAME.type and more say what (docs/transforms.md). For "
            + "a flow only.", "2.6");

    public static readonly Setting Tolerance = Declare.UnusedOneOf(
        "errors.tolerance", "none", "a record that the target refuses makes its partition wait, and nothing is dropped", ignoreCase: false,
        ["none", "all"], "2.0");

    /// <summary>Settings of every connector, without the security settings.</summary>
    public static IReadOnlyList<Setting> Shared { get; } =
    [
        Enabled, SourceAlias, TargetAlias, Name, AdminTimeout, ReplicationPolicy, Separator, InternalSeparator, TasksMax, Tolerance,
        DriverSettings.ConfigProviders,
        Declare.Setting("connector.class", Kinds.String, null, "The connector's class; it is decided by the flow.", "0.9"),
        Declare.Unused("connector.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Declare.Unused("tasks.max.enforce", SettingType.Boolean, "true", "tasks.max is always kept", "3.8", "true"),
        Declare.Setting("forwarding.admin.class", Kinds.ClassOf(("org.apache.kafka.clients.admin.ForwardingAdmin", true)),
            "org.apache.kafka.clients.admin.ForwardingAdmin", "Who creates and alters on the clusters (KIP-787).", "3.4"),
        Declare.Unused("metric.reporters", SettingType.List, "org.apache.kafka.common.metrics.JmxReporter",
            "there is no JMX: metrics are for Prometheus, where --metrics or heliostat.metrics.listeners says", "0.9",
            "", "org.apache.kafka.common.metrics.JmxReporter"),
        Declare.Refused("key.converter", SettingType.Class, null, "How keys are read and written.", BytesOnly, "0.10.1",
            ByteArrayConverter),
        Declare.Refused("value.converter", SettingType.Class, null, "How values are read and written.", BytesOnly, "0.10.1",
            ByteArrayConverter),
        Declare.Refused("header.converter", SettingType.Class, null, "How headers are read and written.", BytesOnly, "1.1",
            ByteArrayConverter),
        Declare.Unused("key.converter.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Declare.Unused("value.converter.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Declare.Unused("header.converter.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Transforms, Predicates,
        Declare.Unused("errors.retry.timeout", SettingType.Long, "0", NoConversion, "2.0", "0"),
        Declare.Unused("errors.retry.delay.max.ms", SettingType.Long, "60000", NoConversion, "2.0"),
        Declare.Unused("errors.log.enable", SettingType.Boolean, "false", "every refused record is logged with its place", "2.0", "true",
            "false"),
        Declare.Unused("errors.log.include.messages", SettingType.Boolean, "false", "records are never logged", "2.0", "false"),
        Declare.Unused("config.action.reload", SettingType.String, "restart",
            "values of config providers are read again by themselves (heliostat.secrets.refresh.ms)", "2.0", "restart"),
    ];
}
