using System.Globalization;

namespace Heliostat.Broker.Configs;

/// <summary>A setting of topics or brokers, as Kafka declares it.</summary>
/// <param name="Name">Kafka's name.</param>
/// <param name="Type">Its type, by which values are checked.</param>
/// <param name="Default">Kafka's default.</param>
/// <param name="Synonym">For a topic's setting, the broker's setting that it overrides; null when there is none.</param>
/// <param name="Min">The least number allowed.</param>
/// <param name="Allowed">The only words allowed; null for any.</param>
internal sealed record ConfigKey(
    string Name, ConfigType Type, string? Default, string? Synonym = null, double Min = double.MinValue, string[]? Allowed = null)
{
    /// <summary>The largest number allowed.</summary>
    public double Max { get; init; } = double.MaxValue;

    /// <summary>A number that is allowed outside of the range too.</summary>
    public double? Or { get; init; }

    /// <summary>For a broker's setting: whether it may be changed while running.</summary>
    public bool IsDynamic { get; init; } = true;

    /// <summary>Why a value is refused, in Kafka's words; null when it is fine.</summary>
    public string? Check(string value) => Type switch
    {
        ConfigType.Int =>
            Number(int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number), number, value),
        ConfigType.Short =>
            Number(short.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number), number, value),
        ConfigType.Long =>
            Number(long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number), number, value),
        ConfigType.Double =>
            Number(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number), number, value),
        ConfigType.Boolean => value.ToUpperInvariant() is "TRUE" or "FALSE"
            ? null
            : $"Invalid value {value} for configuration {Name}: Expected value to be either true or false",
        ConfigType.List => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Word).FirstOrDefault(w => w is not null),
        _ => Word(value),
    };

    private string? Number(bool parsed, double number, string value)
    {
        if (!parsed) return $"Invalid value {value} for configuration {Name}: Not a number of type {Type.ToString().ToUpperInvariant()}";
        if (number == Or || (number >= Min && number <= Max)) return null;

        var shown = Type == ConfigType.Double && number == Math.Floor(number)
            ? string.Create(CultureInfo.InvariantCulture, $"{number:0.0}")
            : value;
        var range = Or is { } or ? $"between {Text(Min)} and {Text(Max)} or equal to {Text(or)}"
            : number < Min ? $"at least {Text(Min)}"
            : $"no more than {Text(Max)}";
        return $"Invalid value {shown} for configuration {Name}: Value must be {range}";
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private string? Word(string value) => Allowed is null || Allowed.Contains(value)
        ? null
        : $"Invalid value {value} for configuration {Name}: String must be one of: {string.Join(", ", Allowed)}";
}
