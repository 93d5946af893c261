using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Java;

/// <summary>The questions and answers besides records.</summary>
internal static class JavaWords
{
    private const byte LoadKind = 1;

    /// <summary>Writes the question that has a class loaded.</summary>
    public static void Load(JavaBuffer question, JavaClass what, int number)
    {
        question.Clear();
        question.Byte(LoadKind);
        question.Number(number);
        question.Byte((byte)(what.Kind switch { JavaClassKind.Handler => 'H', JavaClassKind.Predicate => 'P', _ => 'T' }));
        question.Text(what.Name);
        question.Text(what.Argument);
        question.Byte(what.KeyIsJson ? (byte)1 : (byte)0);
        question.Byte(what.ValueIsJson ? (byte)1 : (byte)0);
        question.Number(what.Settings.Count);
        foreach (var (key, value) in what.Settings)
        {
            question.Text(key);
            question.Text(value);
        }
    }

    /// <summary>Throws where an answer says that the whole question failed.</summary>
    /// <exception cref="JavaException">It does, or cannot be read.</exception>
    public static JavaReader ThrowIfRefused(JavaBuffer answer, JavaClass what)
    {
        var reader = new JavaReader(answer.Written);
        if (reader.Byte() != 0)
        {
            throw new JavaException($"{what.Name}: {Failure(ref reader)}");
        }

        return reader;
    }

    /// <summary>What a class threw.</summary>
    public static string Failure(scoped ref JavaReader answer)
    {
        var (name, message) = (answer.Text(), answer.Text());
        return $"{name}: {message}";
    }
}
