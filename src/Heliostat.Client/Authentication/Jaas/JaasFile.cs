using System.Text;

namespace Heliostat.Client.Authentication.Jaas;

/// <summary>A JAAS file (<c>-Djava.security.auth.login.config</c>): named sections of login modules.</summary>
public static class JaasFile
{
    /// <summary>The section that Kafka's clients use.</summary>
    public const string ClientSection = "KafkaClient";

    /// <summary>
    /// The one module of the section <c>KafkaClient</c>. <c>${name}</c> in values is a system property. Throws <see cref="SaslException"/>
    /// that names the file.
    /// </summary>
    public static JaasModule ReadClient(string path, IReadOnlyDictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(properties);
        var text = TextFile.Read(path, JavaEnvironment.LoginConfig);
        IReadOnlyDictionary<string, IReadOnlyList<JaasModule>> sections;
        try
        {
            sections = Parse(text, properties);
        }
        catch (SaslException wrong)
        {
            throw new SaslException(wrong.Failure, $"{path}: {wrong.Message}", wrong);
        }

        if (!sections.TryGetValue(ClientSection, out var modules))
        {
            throw new SaslException(
                SaslFailure.NoCredential,
                $"{path} has no section {ClientSection}{(sections.Count == 0 ? "" : $" (it has {string.Join(", ", sections.Keys)})")}; or "
                    + "set sasl.jaas.config");
        }

        return modules.Count == 1
            ? modules[0]
            : throw new SaslException(SaslFailure.NoCredential,
                $"section {ClientSection} of {path} names {modules.Count} login modules, where one is allowed");
    }

    internal static IReadOnlyDictionary<string, IReadOnlyList<JaasModule>> Parse(string text,
        IReadOnlyDictionary<string, string> properties)
    {
        var tokens = new JaasTokenizer(text);
        Dictionary<string, IReadOnlyList<JaasModule>> sections = new(StringComparer.Ordinal);
        for (var name = tokens.Next(); name.Kind != JaasTokenKind.End; name = tokens.Next())
        {
            if (!name.IsText || !tokens.Next().Is('{'))
            {
                throw JaasEntry.Wrong("a section 'Name {' is expected");
            }

            if (!sections.TryAdd(name.Text, Section(tokens, properties)))
            {
                throw JaasEntry.Wrong($"the section {name.Text} is there twice");
            }
        }

        return sections;
    }

    private static List<JaasModule> Section(JaasTokenizer tokens, IReadOnlyDictionary<string, string> properties)
    {
        List<JaasModule> modules = [];
        for (var token = tokens.Next(); !token.Is('}'); token = tokens.Next())
        {
            if (token.Kind == JaasTokenKind.End)
            {
                throw JaasEntry.Wrong("a section does not end in '};'");
            }

            modules.Add(JaasEntry.Read(tokens, token, () => Expanded(tokens.NextBareValue(), properties)));
        }

        return tokens.Next().Is(';') ? modules : throw JaasEntry.Wrong("a section does not end in '};'");
    }

    private static JaasToken Expanded(JaasToken value, IReadOnlyDictionary<string, string> properties) =>
        value.IsText && value.Text.Contains("${", StringComparison.Ordinal) ? value with { Text = Expand(value.Text, properties) } : value;

    private static string Expand(string text, IReadOnlyDictionary<string, string> properties)
    {
        var expanded = new StringBuilder();
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is var start and >= 0 && text.IndexOf('}', start) is var end and >= 0)
        {
            var name = text[(start + 2)..end];
            expanded.Append(text, at, start - at).Append(name switch
            {
                "/" => "/",
                _ when properties.TryGetValue(name, out var value) => value,
                "user.home" => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                "user.name" => Environment.UserName,
                _ => throw JaasEntry.Wrong($"the system property ${{{name}}} is not set"),
            });
            at = end + 1;
        }

        return expanded.Append(text, at, text.Length - at).ToString();
    }
}
