using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>What is done about schemas, and the registries of both clusters.</summary>
internal static class SchemaSettings
{
    public static readonly TypedSetting<SchemaCopying> Copying = Declare.Setting(
        "heliostat.schemas",
        Kinds.OneOf(ignoreCase: false, ("off", SchemaCopying.Off), ("lookup", SchemaCopying.Lookup), ("translate", SchemaCopying.Translate),
            ("keep", SchemaCopying.Keep)), "off",
        "What is done about schemas: translate registers them in the target's registry and gives records its ids, keep registers them "
            + "under the ids that they have, lookup gives records the ids of what others registered.");

    public static readonly TypedSetting<IReadOnlyList<string>> Subjects = Declare.Setting(
        "heliostat.schemas.subjects", Kinds.Patterns, ".*",
        "Which subjects of the source's registry are copied, as Java patterns; what their schemas refer to goes with them.");

    public static readonly TypedSetting<IReadOnlyList<string>> SubjectsExclude = Declare.Setting(
        "heliostat.schemas.subjects.exclude", Kinds.Patterns, "", "Which of them are not.");

    public static readonly TypedSetting<IReadOnlyList<string>> Topics = Declare.Setting(
        "heliostat.schemas.topics", Kinds.Patterns, ".*",
        "Topics, by their names on the source, whose records carry ids of schemas; all others pass as they are.");

    public static readonly TypedSetting<IReadOnlyList<string>> Fields = Declare.Setting(
        "heliostat.schemas.payload", Kinds.ListOf(Part, static part => part, "value, key"), "value",
        "Where records carry ids of schemas: value, key, or both. Keys that are numbers may begin as an id does, so keys are to be asked "
            + "for.");

    public static readonly TypedSetting<bool> FailsUnknown = Declare.Setting(
        "heliostat.schemas.unknown", Kinds.OneOf(ignoreCase: false, ("fail", true), ("pass", false)), "fail",
        "A record with an id that the source's registry does not know: fail makes it a failing record (heliostat.on.untransformed), pass "
            + "lets it go as it is.");

    public static readonly TypedSetting<bool> Levels = Declare.Setting(
        "heliostat.schemas.compatibility", Kinds.Boolean, "true",
        "Compatibility levels and modes that subjects have of their own are copied too.");

    public static readonly TypedSetting<TimeSpan> Interval = Declare.Setting(
        "heliostat.schemas.interval.ms", Kinds.Milliseconds(SettingType.Long, 100), "30000",
        "How often the source's registry is looked at; an id that is not known yet is asked for at once.");

    /// <summary>The registry of the source: under its alias, as <c>A.schema.registry.url</c>.</summary>
    public static readonly RegistrySettings Source = new("source");

    /// <summary>The registry of the target: under its alias.</summary>
    public static readonly RegistrySettings Target = new("target");

    /// <summary>What is said of a flow.</summary>
    public static IReadOnlyList<Setting> OfFlow { get; } = [Copying, Subjects, SubjectsExclude, Topics, Fields, FailsUnknown, Levels,
        Interval];

    private static string Part(string text) => text is "value" or "key" ? text : throw new FormatException("is not one of value, key");
}
