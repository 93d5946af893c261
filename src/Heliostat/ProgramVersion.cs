using System.Reflection;

namespace Heliostat;

/// <summary>The version as <c>--version</c> prints it.</summary>
internal static class ProgramVersion
{
    public static string Text { get; } = Describe(
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static string Describe(string version) =>
        version.Split('+') is [var number, { Length: > 12 } commit] ? $"{number} ({commit[..12]})" : version;
}
