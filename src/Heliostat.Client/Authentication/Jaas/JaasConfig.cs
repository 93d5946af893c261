namespace Heliostat.Client.Authentication.Jaas;

/// <summary>Reads <c>sasl.jaas.config</c> (<c>org.apache.kafka.common.security.JaasConfig</c>).</summary>
public static class JaasConfig
{
    /// <summary>The one module of the line; throws <see cref="SaslException"/> that shows option names and no values.</summary>
    public static JaasModule Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var tokens = new JaasTokenizer(line);
        List<JaasModule> modules = [];
        for (var token = tokens.Next(); token.Kind != JaasTokenKind.End; token = tokens.Next())
        {
            modules.Add(JaasEntry.Read(tokens, token, tokens.Next));
        }

        return modules.Count == 1
            ? modules[0]
            : throw JaasEntry.Wrong(modules.Count == 0
                ? "no login module is named"
                : $"{modules.Count} login modules are named, where one is allowed");
    }
}
