using System.Globalization;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>The JVM that transforms and predicates run in that are classes of the user's.</summary>
internal static class JavaSettings
{
    public const string Prefix = "heliostat.java.";

    public static readonly TypedSetting<string> ClassPath = Declare.Setting(
        "heliostat.java.classpath", Kinds.String, "",
        "Jars and folders, as the option -cp of Java takes them: those of the classes that transforms and predicates name and Heliostat "
            + "has none of, and Kafka's, such as /opt/mine.jar:/opt/kafka/libs/*. They run in a JVM beside the mirror.");

    public static readonly TypedSetting<string> Home = Declare.Setting(
        "heliostat.java.home", Kinds.String, "", "The folder of a JDK, 11 or later; empty for the java on the path.");

    public static readonly TypedSetting<string> Arguments = Declare.Setting(
        "heliostat.java.options", Kinds.String, "",
        "Options of the JVM, separated by blanks, such as -Xmx1g; they stand behind -Xmx256m and others of Heliostat's.");

    public static readonly TypedSetting<TimeSpan> Timeout = Declare.Setting(
        "heliostat.java.timeout.ms", Kinds.Timer(SettingType.Long, 1),
        JavaOptions.DefaultTimeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        "How long classes may take for up to 4096 records, or 1 MiB of them; then the JVM is ended, started again, and asked again.");

    public static IReadOnlyList<Setting> All { get; } = [ClassPath, Home, Arguments, Timeout];
}
