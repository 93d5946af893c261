using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Checks what is read outside of flows: the process's own settings, the providers, and the flags that decide which flows there are.
/// </summary>
internal sealed class TopLevelCheck(EffectCheck effects, IReadOnlyList<string> aliases)
{
    public void Read(IReadOnlyCollection<EffectiveValue> file)
    {
        var providers = file.FirstOrDefault(v => v.Key == "config.providers") is { } list
            ? DriverSettings.ConfigProviders.Parse(list.Value)
            : [];
        foreach (var value in file)
        {
            if (IsFlag(value.Key) || value.Key is "clusters" or "config.providers")
            {
                effects.Use(value.Entry!);
            }
            else if (value.Key.StartsWith("config.providers.", StringComparison.Ordinal))
            {
                var name = providers.FirstOrDefault(p => value.Key.StartsWith($"config.providers.{p}.", StringComparison.Ordinal));
                if (name is null)
                {
                    effects.Note(value.Entry!, "config.providers does not name that provider");
                }
                else
                {
                    effects.Use(value.Entry!);
                }
            }
            else if (DriverSettings.OfProcess.FirstOrDefault(own => own.Key == value.Key) is { } own)
            {
                effects.Check(own, value.Entry!, value.Value);
                effects.Use(value.Entry!);
            }
            else if (aliases.Any(alias => value.Key == $"{alias}.{DriverSettings.Labels.Key}"))
            {
                effects.Check(DriverSettings.Labels, value.Entry!, value.Value);
                effects.Use(value.Entry!);
            }
            else if (DriverSettings.Table.Find(value.Key) is { NoEffect: { } reason } setting)
            {
                effects.Check(setting, value.Entry!, value.Value);
                if (setting.Granted.Contains(value.Value.Trim(), StringComparer.OrdinalIgnoreCase))
                {
                    effects.Use(value.Entry!);
                }
                else
                {
                    effects.Note(value.Entry!, reason);
                }
            }
            else if (DriverSettings.Table.Families.FirstOrDefault(f => f.NoEffect.Length > 0
                && value.Key.StartsWith(f.Prefix, StringComparison.Ordinal)) is { } family)
            {
                effects.Note(value.Entry!, family.NoEffect);
            }
        }
    }

    private bool IsFlag(string key) => key == "emit.heartbeats.enabled"
        || (from source in aliases
            from target in aliases
            where source != target
            let prefix = new FlowName(source, target).Prefix
            select key == prefix + "enabled" || key == prefix + "emit.heartbeats.enabled").Any(flag => flag);
}
