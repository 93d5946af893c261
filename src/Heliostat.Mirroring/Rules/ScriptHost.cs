using System.Globalization;
using Heliostat.Configuration.Transforms;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// One engine with one script. Not thread-safe.
/// <list type="bullet">
/// <item>A. The same record gives the same again: there is no chance and no clock but the record's, and nothing is kept from one record to
/// the next, as all that a script could write to is frozen.</item>
/// <item>B. A script reaches nothing but its record, and is ended when it does not end.</item>
/// </list>
/// </summary>
internal sealed class ScriptHost : IDisposable
{
    private const int MostStatements = 1_000_000;
    private const int MostRecursion = 64;
    private const int MostArray = 1_000_000;
    private const long MostMemory = 256L * 1024 * 1024;

    /// <summary>Chance goes, and what is left can be changed by nobody, also what only values of the language lead to.</summary>
    private const string Freezing = """
        (function (record) {
            delete Math.random;
            const seen = new Set(), next = [globalThis, record, [].values(), ''[Symbol.iterator](), new Map().values(), new Set().values(),
                'a'.matchAll(/a/g), function* () { }, (function* () { })(), async function () { }, async function* () { }];
            while (next.length > 0) {
                const one = next.pop();
                if (one === null || (typeof one !== 'object' && typeof one !== 'function') || seen.has(one)) continue;
                seen.add(one);
                for (const key of Reflect.ownKeys(one)) {
                    const property = Reflect.getOwnPropertyDescriptor(one, key);
                    next.push(property.value, property.get, property.set);
                }
                next.push(Reflect.getPrototypeOf(one));
            }
            seen.forEach(one => Object.freeze(one));
        })
        """;

    /// <summary>Far beyond what so many statements take: a slow machine must not make a record a failing one.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(3);

    private readonly Engine _engine;
    private readonly JsValue _function;
    private readonly JsValue[] _arguments;
    private readonly ScriptRecord _record = new();

    public ScriptHost(RecordScript script)
    {
        _engine = new Engine(Bound);
        _arguments = [_record.ToObject(_engine)];
        _engine.Invoke(_engine.Evaluate(Freezing), JsValue.Undefined, _arguments);
        _function = _engine.Evaluate($"(function (record) {{ 'use strict'; {script.Text}\n}})");
    }

    /// <summary>Why a script failed that did; null for any other failure.</summary>
    public static string? WhyFailed(Exception failure) => failure switch
    {
        JavaScriptException thrown => $"the script threw {thrown.Message}",
        StatementsCountOverflowException or MemoryLimitExceededException or RecursionDepthOverflowException or TimeoutException =>
            $"the script takes more than it may: {failure.Message}",
        _ => null,
    };

    /// <summary>
    /// Runs the script on a record, which is touched only when all went well. Throws what <see cref="WhyFailed"/> knows of.
    /// </summary>
    public RuleOutcome Run(ref RecordView record, string topic, int partition, RuleScratch scratch)
    {
        var said = Call(record, topic, partition);
        return said.IsUndefined() || said == JsBoolean.True ? _record.Give(ref record, scratch)
            : said == JsBoolean.False ? RuleOutcome.Dropped
            : scratch.Fail("the script returned what is neither true, nor false, nor nothing");
    }

    /// <summary>What the script says of a record; null for what is neither. Throws what <see cref="WhyFailed"/> knows of.</summary>
    public bool? Says(in RecordView record, string topic, int partition)
    {
        var said = Call(record, topic, partition);
        return said.IsBoolean() ? said == JsBoolean.True : null;
    }

    public void Dispose()
    {
        _record.Dispose();
        _engine.Dispose();
    }

    private JsValue Call(in RecordView record, string topic, int partition)
    {
        _record.Take(record, topic, partition);
        return _engine.Invoke(_function, JsValue.Undefined, _arguments);
    }

    private void Bound(Options options)
    {
        options.Strict().DisableStringCompilation().LimitRecursion(MostRecursion).MaxStatements(MostStatements).LimitMemory(MostMemory)
            .TimeoutInterval(Longest);
        options.Constraints.MaxArraySize = MostArray;
        options.Constraints.RegexTimeout = LongestMatch;
        options.Culture = CultureInfo.InvariantCulture;
        options.TimeZone = TimeZoneInfo.Utc;
        options.TimeSystem = new RecordTime(options.TimeSystem, _record);
    }

    /// <summary>Now is when the record was written.</summary>
    private sealed class RecordTime(ITimeSystem parser, ScriptRecord record) : ITimeSystem
    {
        public TimeZoneInfo DefaultTimeZone => TimeZoneInfo.Utc;

        public DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(record.Timestamp,
            DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

        public bool TryParse(string date, out long epochMilliseconds) => parser.TryParse(date, out epochMilliseconds);

        public TimeSpan GetUtcOffset(long epochMilliseconds) => TimeSpan.Zero;
    }
}
