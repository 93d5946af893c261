using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>What is done to records on the way, besides Connect's transforms; Heliostat's own.</summary>
internal static class TransformSettings
{
    private static readonly SettingKind<RecordCondition?> Condition = new(
        SettingType.String, static text => text.Length == 0 ? null : ConditionParser.Parse(text), static _ => "", ConditionParser.Allowed);

    private static readonly SettingKind<bool> Payload = Kinds.OneOf(ignoreCase: false, ("none", false), ("json", true));

    public static readonly TypedSetting<RecordCondition?> Keep = Declare.Setting(
        "heliostat.records.keep", Condition, "", "Only records of which all this holds are mirrored, behind what transforms makes of them.");

    public static readonly TypedSetting<RecordCondition?> Drop = Declare.Setting(
        "heliostat.records.drop", Condition, "", "Records of which all this holds are left out, behind what transforms makes of them.");

    public static readonly TypedSetting<bool> KeyPayload = Declare.Setting(
        "heliostat.payload.key", Payload, "none", "What transforms that look into fields take keys for; a key that is no JSON object is a failing record (heliostat.on.untransformed).");

    public static readonly TypedSetting<bool> ValuePayload = Declare.Setting(
        "heliostat.payload.value", Payload, "none", "What transforms that look into fields take values for; a value that is no JSON object is a failing record (heliostat.on.untransformed).");

    public static IReadOnlyList<Setting> All { get; } = [Keep, Drop, KeyPayload, ValuePayload];
}
