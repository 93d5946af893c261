namespace Heliostat.Client.Authentication;

/// <summary>The words for a login that the broker refused, or ended without a word.</summary>
internal static class Refusal
{
    private const int MostText = 300;

    public static SaslException OfUser(ISaslMechanism mechanism, string? brokerText) => new(
        SaslFailure.Refused,
        brokerText is null
            ? $"the broker closed the connection during the {mechanism.Name} login of user '{mechanism.Identity}': "
                + "most likely it refuses the name or the password; check those of sasl.jaas.config"
            : $"user '{mechanism.Identity}' is refused with {mechanism.Name}: {Printable(brokerText)}; "
                + "check the username and password of sasl.jaas.config");

    /// <summary>A peer's text on one line and of bounded length: it goes to people's terminals.</summary>
    public static string Printable(string text)
    {
        var shown = string.Create(Math.Min(text.Length, MostText), text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
        return text.Length > MostText ? shown + "..." : shown;
    }
}
