namespace Heliostat.Client.Authentication.Jaas;

/// <summary><c>Module flag (name=value)* ;</c>, of a line and of a file.</summary>
internal static class JaasEntry
{
    /// <param name="tokens">Where the entry stands.</param>
    /// <param name="first">Its first token, the module.</param>
    /// <param name="nextValue">What reads a value: in files bare values may be more than words.</param>
    public static JaasModule Read(JaasTokenizer tokens, JaasToken first, Func<JaasToken> nextValue)
    {
        if (!first.IsText)
        {
            throw Wrong("the name of a login module is expected first");
        }

        var flag = Flag(tokens.Next());
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        while (true)
        {
            var key = tokens.Next();
            if (key.Is(';'))
            {
                return new JaasModule(first.Text, flag, options);
            }

            if (key.Kind == JaasTokenKind.End)
            {
                throw Wrong("it does not end in a semicolon" + Comment(tokens));
            }

            options[key.IsText
                ? key.Text
                : throw Wrong("the name of an option or a semicolon is expected; a value with /, =, @, : or ; in it must be in quotes")] =
                Value(tokens, key.Text, nextValue);
        }
    }

    public static SaslException Wrong(string what) => new(SaslFailure.NoCredential, $"the JAAS configuration cannot be read: {what}");

    private static string Value(JaasTokenizer tokens, string key, Func<JaasToken> nextValue)
    {
        var value = tokens.Next().Is('=') ? nextValue() : throw Wrong($"value not specified for key '{key}'");
        var hint = value.Kind == JaasTokenKind.Number ? ": a value that begins as a number does must be in quotes" : Comment(tokens);
        return value.IsText ? value.Text : throw Wrong($"value not specified for key '{key}'{hint}");
    }

    private static string Comment(JaasTokenizer tokens) =>
        tokens.HasLineComment ? "; what follows a / is a comment, unless the value is in quotes" : "";

    private static string Flag(JaasToken token) => token.Kind == JaasTokenKind.End
        ? throw Wrong("the login module has no control flag: write 'required' behind it")
        : token.Text.ToLowerInvariant() is "required" or "requisite" or "sufficient" or "optional"
            ? token.Text.ToLowerInvariant()
            : throw Wrong("behind the login module stands no control flag: 'required', 'requisite', 'sufficient' or 'optional'");
}
