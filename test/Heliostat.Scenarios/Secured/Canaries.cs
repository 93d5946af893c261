using System.Net;
using System.Text;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// Secrets that no output may show: as they are, in base64 of either alphabet, as a URL or a form has them, nor as what they travel in.
/// </summary>
internal static class Canaries
{
    public static void StayHidden(string said, params string[] secrets)
    {
        foreach (var form in secrets.SelectMany(Forms))
        {
            Assert.DoesNotContain(form, said, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Forms(string secret) =>
        from text in new[] { secret, "\0mirror\0" + secret, "mirror:" + secret }
        let base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=')
        from form in new[] { text, base64, base64.Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(text),
            WebUtility.UrlEncode(text) }
        select form;
}
