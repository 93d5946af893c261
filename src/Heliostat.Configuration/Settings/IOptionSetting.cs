namespace Heliostat.Configuration.Settings;

/// <summary>A setting that fills an option of <typeparamref name="TOptions"/>.</summary>
internal interface IOptionSetting<TOptions>
{
    /// <summary><paramref name="options"/> with <paramref name="value"/>, which was checked, in its place.</summary>
    TOptions Fill(TOptions options, string value);
}
