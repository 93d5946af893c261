using Heliostat.Configuration.Options;
using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Configuration.Transforms;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Reads <c>heliostat.schemas</c> of a flow, and the registries of its clusters.</summary>
internal sealed class SchemaReader(FlowName flow, EffectiveProperties connectors, Findings findings)
{
    private readonly FlowValues _values = new(connectors);

    /// <summary>What is done about schemas; null where nothing is, or it cannot be, which is reported.</summary>
    public SchemaOptions? Read()
    {
        if (_values.Get(SchemaSettings.Copying) is not (not SchemaCopying.Off and var copying))
        {
            return null;
        }

        return Registry(SchemaSettings.Source, flow.Source) is { } source && Registry(SchemaSettings.Target, flow.Target) is { } target
            ? new SchemaOptions
            {
                Copying = copying,
                Source = source,
                Target = target,
                Subjects = TopicSelection.FromPatterns(_values.Get(SchemaSettings.Subjects), _values.Get(SchemaSettings.SubjectsExclude)),
                CopiesLevels = _values.Get(SchemaSettings.Levels),
                Interval = _values.Get(SchemaSettings.Interval),
            } : null;
    }

    /// <summary>The steps that give records the target's ids of what the source holds.</summary>
    public static IEnumerable<Transform> Steps(FlowValues values)
    {
        if (values.Get(SchemaSettings.Copying) is not (SchemaCopying.Lookup or SchemaCopying.Translate))
        {
            yield break;
        }

        var topics = values.Get(SchemaSettings.Topics);
        var pattern = topics is [".*"] ? null : JavaPattern.ParseSetting(string.Join('|', topics));
        foreach (var part in values.Get(SchemaSettings.Fields).Distinct())
        {
            yield return new Transform(SchemaSettings.Copying.Key, new TransformAction.RegistryIds(part == "key"
                ? PayloadPart.Key
                : PayloadPart.Value, values.Get(SchemaSettings.FailsUnknown), pattern));
        }
    }

    private RegistryOptions? Registry(RegistrySettings settings, string alias)
    {
        var registry = settings.Read(setting => connectors[setting.Key] is { } value && setting.Check(value.Value) is null
            ? value.Value
            : setting.Default ?? "");
        var at = connectors[SchemaSettings.Copying.Key]?.Entry;
        if (registry.Urls.Count == 0)
        {
            findings.Error(at?.Key, $"needs the schema registries of both clusters: '{alias}.schema.registry.url' is missing", at);
            return null;
        }

        if (_values.Get(settings.Credentials) && !registry.UserInfo.Reveal().Contains(':'))
        {
            Wrong(settings.Credentials.Key, $"USER_INFO needs '{alias}.basic.auth.user.info' as USER:PASSWORD");
        }

        if (_values.Get(settings.Bearer) && registry.Token.IsEmpty)
        {
            Wrong(settings.Bearer.Key, $"STATIC_TOKEN needs '{alias}.bearer.auth.token'");
        }

        Open(settings.TrustKey, registry.Tls.Trust.IsNamed, () => TrustStore.Load(registry.Tls.Trust, TimeProvider.System));
        Open(settings.KeyStoreKey, registry.Tls.Key.IsNamed, () => KeyStore.Load(registry.Tls.Key, TimeProvider.System));
        return registry;
    }

    private void Open(string key, bool isNamed, Func<object> open)
    {
        try
        {
            _ = isNamed ? open() : null;
        }
        catch (StoreException e)
        {
            Wrong(key, e.Message);
        }
    }

    private void Wrong(string key, string why) => findings.Error(connectors[key]?.Entry?.Key ?? key, why, connectors[key]?.Entry);
}
