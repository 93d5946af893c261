namespace Heliostat.Client.Authentication.Jaas;

/// <summary>One token; <paramref name="Text"/> is the character itself for a symbol. It may be a password: it is never printed.</summary>
internal readonly record struct JaasToken(JaasTokenKind Kind, string Text)
{
    public bool IsText => Kind is JaasTokenKind.Word or JaasTokenKind.Quoted;

    public bool Is(char symbol) => Kind == JaasTokenKind.Symbol && Text[0] == symbol;

    public override string ToString() => Kind.ToString();
}
