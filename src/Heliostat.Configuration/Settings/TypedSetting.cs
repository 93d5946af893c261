namespace Heliostat.Configuration.Settings;

/// <summary>A setting whose values become a <typeparamref name="T"/>.</summary>
public class TypedSetting<T> : Setting
{
    private readonly Func<string, T> _parse;

    internal TypedSetting(SettingKind<T> kind) => _parse = kind.Parse;

    /// <summary>Reads <paramref name="value"/> as Kafka would.</summary>
    /// <exception cref="FormatException">It is not one of the allowed values.</exception>
    public T Parse(string value) => _parse(value.Trim());

    public override string? Check(string value)
    {
        try
        {
            Parse(value);
            return null;
        }
        catch (FormatException e)
        {
            var note = Type is not SettingType.Password && Comment(value) is not null ? "; a comment must have a line of its own" : "";
            return $"{Shown(value)} {e.Message}{note}";
        }
    }
}
