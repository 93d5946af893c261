using Heliostat.Configuration.Transforms;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Java;

/// <summary>
/// The JVM of a flow: started when it is asked, and again when it ends, at most as often as a back-off allows. One question at a time.
/// <list type="bullet">
/// <item>A. What was asked and not answered is asked again by whoever asked, of the next one.</item>
/// <item>B. Behind a failure records are asked about one by one for a while, so that one that ends the JVM is found: after so many times
/// it is a failing record, and no more is waited for.</item>
/// </list>
/// </summary>
/// <param name="start">Starts a JVM.</param>
/// <param name="patience">How long an answer may take.</param>
/// <param name="time">The clock of its back-off.</param>
/// <param name="logger">Where its ends are told.</param>
internal sealed partial class JavaHost(Func<IJavaPipe> start, TimeSpan patience, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>A JVM that starts compiles its side first.</summary>
    private static readonly TimeSpan LeastStart = TimeSpan.FromMinutes(1);

    /// <summary>So many records are asked about one by one behind a failure.</summary>
    private const int Careful = 256;

    /// <summary>So often may one record end the JVM.</summary>
    private const int MostEnds = 3;

    private readonly Lock _gate = new();
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random: null);
    private readonly Dictionary<JavaClass, int> _numbers = [];
    private readonly HashSet<JavaClass> _loaded = [];
    private readonly JavaBuffer _words = new();
    private IJavaPipe? _pipe;
    private string _why = "";
    private long _fell;
    private int _failures;
    private int _careful;
    private (JavaQuestion? Question, long Offset, int Ends) _suspect;
    private bool _isDisposed;

    /// <summary>What starts it, and goes with it; null where nothing is left behind.</summary>
    public IDisposable? Launch { get; init; }

    /// <summary>Records are to be asked about one by one.</summary>
    public bool IsCareful
    {
        get
        {
            lock (_gate) return _careful > 0;
        }
    }

    /// <summary>Starts it and loads classes, so that what is wrong with them is known at once.</summary>
    /// <exception cref="JavaException">It cannot be started, or a class cannot be loaded.</exception>
    public void Load(IEnumerable<JavaClass> classes)
    {
        lock (_gate)
        {
            foreach (var one in classes)
            {
                Loaded(one);
            }
        }
    }

    /// <summary>Asks about records of a lane.</summary>
    /// <param name="what">What is asked.</param>
    /// <param name="alone">The offset of the one record that is asked about; null for many.</param>
    /// <param name="records">The question, as <see cref="JavaAnswers"/> writes it.</param>
    /// <param name="answer">Takes the answer.</param>
    /// <returns>Why the one record is a failing one; null where there is an answer.</returns>
    /// <exception cref="JavaException">There is no answer now.</exception>
    public string? Ask(JavaQuestion what, long? alone, JavaBuffer records, JavaBuffer answer)
    {
        lock (_gate)
        {
            var isSuspect = alone is { } offset && _suspect.Question == what && _suspect.Offset == offset;
            if (isSuspect && _suspect.Ends >= MostEnds)
            {
                return $"{what.Class.Name}: {_why}, {MostEnds} times at this record";
            }

            records.Number(Loaded(what.Class), at: 1);
            try
            {
                _pipe!.Ask(records.Written, answer, patience);
            }
            catch (JavaException failure)
            {
                if (alone is { } at)
                {
                    _suspect = (what, at, isSuspect ? _suspect.Ends + 1 : 1);
                }

                throw Fell(failure);
            }

            _failures = 0;
            _careful -= alone is null || _careful == 0 ? 0 : 1;
            return null;
        }
    }

    /// <summary>What it answered cannot be read: it is ended.</summary>
    public JavaException Refuse(JavaException failure)
    {
        lock (_gate) return Fell(failure);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _pipe?.Dispose();
            _pipe = null;
            Launch?.Dispose();
        }
    }

    /// <summary>The number of a class, which the JVM has loaded.</summary>
    private int Loaded(JavaClass what)
    {
        Start();
        if (!_numbers.TryGetValue(what, out var number))
        {
            _numbers[what] = number = _numbers.Count + 1;
        }

        if (!_loaded.Contains(what))
        {
            try
            {
                JavaWords.Load(_words, what, number);
                var answer = new JavaBuffer();
                _pipe!.Ask(_words.Written, answer, patience > LeastStart ? patience : LeastStart);
                JavaWords.ThrowIfRefused(answer, what);
            }
            catch (JavaException failure)
            {
                throw Fell(failure);
            }

            _loaded.Add(what);
        }

        return number;
    }

    private void Start()
    {
        if (_pipe is not null)
        {
            return;
        }

        if (_isDisposed || time.GetElapsedTime(_fell) < _backOff.Next(_failures - 1))
        {
            throw new JavaException(_isDisposed ? "the flow ends" : _why);
        }

        try
        {
            _pipe = start();
        }
        catch (JavaException failure)
        {
            throw Fell(failure);
        }
    }

    private JavaException Fell(JavaException failure)
    {
        _pipe?.Dispose();
        _pipe = null;
        _loaded.Clear();
        _why = failure.Message;
        _fell = time.GetTimestamp();
        _failures++;
        _careful = Careful;
        LogFell(logger, failure.Message);
        return failure;
    }

    [LoggerMessage(EventIds.JavaFell, LogLevel.Warning, "java: {Cause}")]
    private static partial void LogFell(ILogger logger, string cause);
}
