using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Heliostat.Mirroring.Rules;

/// <summary>Numbers as Connect's JsonConverter reads them and Java writes them.</summary>
internal static class JavaNumbers
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789.eE+-");

    /// <summary>
    /// Reads a number of JSON that is whole, without fraction and exponent; of one with more than 64 bits the lowest stay. False for
    /// others.
    /// </summary>
    public static bool TryWhole(ReadOnlySpan<byte> json, out long number)
    {
        number = 0;
        var isNegative = json[0] == '-';
        foreach (var digit in isNegative ? json[1..] : json)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = unchecked((number * 10) + (digit - '0'));
        }

        number = unchecked(isNegative ? -number : number);
        return true;
    }

    /// <summary>Reads a number of JSON; 0 has no sign.</summary>
    public static double Double(ReadOnlySpan<byte> json) => Utf8Parser.TryParse(json, out double number, out _) ? number + 0.0 : 0;

    /// <summary>Reads a text as <c>Double.parseDouble</c> and <c>Float.parseFloat</c> do; hexadecimal ones are not read.</summary>
    public static bool TryDouble(string text, out double number, out float single)
    {
        var trimmed = text.AsSpan().Trim(" \t\r\n\f\v");
        var special = trimmed.TrimStart("+-");
        if (special is "NaN" or "Infinity" && trimmed.Length - special.Length <= 1)
        {
            number = special is "NaN" ? double.NaN : trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            single = (float)number;
            return true;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        trimmed = trimmed.Length > 0 && trimmed[^1] is 'f' or 'F' or 'd' or 'D' ? trimmed[..^1] : trimmed;
        (number, single) = (0, 0);
        return !trimmed.ContainsAnyExcept(Letters) && double.TryParse(trimmed, Style, CultureInfo.InvariantCulture, out number)
            && float.TryParse(trimmed, Style, CultureInfo.InvariantCulture, out single);
    }

    /// <summary>
    /// As <c>Double.toString</c> of Java 19, which writes no more digits than are needed; one before it may write one more.
    /// </summary>
    public static string Text(double number) =>
        double.IsFinite(number) ? Layout(number.ToString("R", CultureInfo.InvariantCulture)) : Special(number);

    /// <summary>As <c>Float.toString</c> of Java 19.</summary>
    public static string Text(float number) =>
        float.IsFinite(number) ? Layout(number.ToString("R", CultureInfo.InvariantCulture)) : Special(number);

    private static string Special(double number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";

    /// <summary>Java's layout of a number: plain from a thousandth up to ten millions, and with an exponent else.</summary>
    private static string Layout(string number)
    {
        var sign = number.StartsWith('-') ? "-" : "";
        var (digits, exponent) = Digits(number.AsSpan(sign.Length));
        if (exponent is < -3 or > 6)
        {
            return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent.ToString(CultureInfo.InvariantCulture)}";
        }

        var plain = exponent < 0 ? new string('0', -exponent) + digits : digits.PadRight(exponent + 1, '0');
        var point = Math.Max(exponent, 0) + 1;
        return $"{sign}{plain[..point]}.{(plain.Length > point ? plain[point..] : "0")}";
    }

    /// <summary>The digits that count, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(ReadOnlySpan<char> number)
    {
        var end = number.IndexOf('E') is >= 0 and var at ? at : number.Length;
        var power = end < number.Length ? int.Parse(number[(end + 1)..], CultureInfo.InvariantCulture) : 0;
        var mantissa = number[..end];
        var point = mantissa.IndexOf('.') is >= 0 and var dot ? dot : end;
        var digits = new StringBuilder().Append(mantissa).Replace(".", "").ToString();
        var first = digits.AsSpan().IndexOfAnyExcept('0');
        return first < 0 ? ("0", 0) : (digits.Trim('0'), power + point - 1 - first);
    }
}
