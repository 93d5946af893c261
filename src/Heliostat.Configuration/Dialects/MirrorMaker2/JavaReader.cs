using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Reads where the JVM of a flow is, and the classes that run in it: those that Heliostat has none of.</summary>
internal static class JavaReader
{
    /// <summary>What a step says itself, and no class is configured with.</summary>
    private static readonly string[] OfStep = ["predicate", "negate"];

    /// <summary>The JVM; null where no class path is named.</summary>
    public static JavaOptions? Options(FlowValues values) => values.Get(JavaSettings.ClassPath) is not { Length: > 0 } path ? null
        : new JavaOptions
        {
            ClassPath = path,
            Home = values.Get(JavaSettings.Home),
            Arguments = values.Get(JavaSettings.Arguments),
            Timeout = values.Get(JavaSettings.Timeout),
        };

    /// <summary>What cannot be found of it is reported.</summary>
    public static void Check(EffectiveProperties connectors, JavaOptions? java, Findings findings)
    {
        var (path, home) = (connectors[JavaSettings.ClassPath.Key]?.Entry, connectors[JavaSettings.Home.Key]?.Entry);
        foreach (var missing in java is null ? [] : JavaClassPath.Missing(java.ClassPath))
        {
            findings.Error(path?.Key, $"names '{missing}', where nothing is", path);
        }

        if (java is { Home.Length: > 0 } && !File.Exists(Path.Combine(java.Home, "bin", OperatingSystem.IsWindows() ? "java.exe" : "java")))
        {
            findings.Error(home?.Key, $"'{java.Home}' has no bin/java", home);
        }
    }

    /// <summary>A class that is not known here; null, and nothing said, where no JVM is asked for, or it can be no class of Java.</summary>
    public static JavaClass? Class(JavaClassKind kind, string type, StepValues values, FlowValues flow)
    {
        if (flow.Get(JavaSettings.ClassPath) is not { Length: > 0 } path || !IsName(type))
        {
            return null;
        }

        var place = JavaClassPath.Find(path, type);
        if (place is null)
        {
            values.Wrong("type", $"'{type}' cannot be used: nothing that '{JavaSettings.ClassPath.Key}' names has it");
        }

        return new JavaClass(kind, type)
        {
            Place = place ?? "",
            Settings = values.All().Where(setting => !OfStep.Contains(setting.Key)).ToDictionary(StringComparer.Ordinal),
            KeyIsJson = flow.Get(TransformSettings.KeyPayload),
            ValueIsJson = flow.Get(TransformSettings.ValuePayload),
        };
    }

    private static bool IsName(string type) => !type.StartsWith("heliostat.", StringComparison.Ordinal)
        && type.Contains('.', StringComparison.Ordinal) && type.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '$');
}
