namespace Heliostat.Configuration.Settings;

/// <summary>A setting that fills one option; the option's own default is the setting's.</summary>
internal sealed class OptionSetting<TOptions, T> : TypedSetting<T>, IOptionSetting<TOptions>
{
    private readonly Func<TOptions, T, TOptions> _with;

    public OptionSetting(SettingKind<T> kind, Func<TOptions, T, TOptions> with)
        : base(kind) => _with = with;

    public TOptions Fill(TOptions options, string value) => _with(options, Parse(value));
}
