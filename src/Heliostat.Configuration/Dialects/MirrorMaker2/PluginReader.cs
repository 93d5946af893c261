using System.Globalization;
using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Reads what a file says of a plug-in, loads it, and makes one instance to see that it can be made.</summary>
internal static class PluginReader
{
    private const string Anywhere = "";
    private const string Nowhere = "none";

    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    public static PluginClass? Read(StepValues values, FlowValues flow)
    {
        var given = values.Below("config.");
        var timeout = Timeout(values);
        if (values.Word("assembly").Length == 0 | values.Word("class").Length == 0)
        {
            return null;
        }

        var settings = given.ToDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal);
        var folders = flow.Get(TransformSettings.PluginPath).Trim();
        var named = values.Read("assembly", path => PluginAssembly.Load(Allowed(path.Trim(), folders))) is { } assembly
            ? values.Read("class", name => new PluginClass(assembly, name.Trim(), settings, timeout))
            : null;
        if (named is null)
        {
            return null;
        }

        try
        {
            named.Make();
            return named;
        }
        catch (Exception failure)
        {
            // Whatever it is that somebody else's code throws.
            values.Wrong("class", $"'{named.Name}' cannot be used: it threw {failure.GetType().Name}: {Told(failure, given)}");
            return null;
        }
    }

    private static TimeSpan Timeout(StepValues values)
    {
        if (values.Find("timeout.ms") is not { } text)
        {
            return UsualTimeout;
        }

        if (int.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        values.Wrong("timeout.ms", $"'{text}' is not milliseconds, 1 or more");
        return UsualTimeout;
    }

    private static string Allowed(string path, string folders)
    {
        if (folders == Anywhere)
        {
            return path;
        }

        return folders == Nowhere
            ? throw new FormatException($"may not be loaded: '{TransformSettings.PluginPath.Key}' names no folder for plug-ins; of "
                + "connectors that is 'plugin.path' of the worker")
            : new AllowedPaths(string.Join(',', SettingParsers.List(folders))).Of(path)
                ?? throw new FormatException($"does not lie below '{TransformSettings.PluginPath.Key}' ({folders}), or is not absolute");
    }

    /// <summary>The first line of a message, without what a provider gave.</summary>
    private static string Told(Exception failure, IReadOnlyDictionary<string, (string Value, bool IsShown)> given)
    {
        var told = failure.Message.Split('\n', 2)[0].Trim();
        foreach (var (value, _) in given.Values.Where(one => !one.IsShown && one.Value.Length > 0))
        {
            told = told.Replace(value, "[hidden]", StringComparison.Ordinal);
        }

        return told;
    }
}
