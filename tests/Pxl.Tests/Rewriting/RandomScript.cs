using System.Globalization;
using System.Text;
using PixieOrleans.Model;

namespace PixieOrleans.Pxl.Tests.Rewriting;

/// <summary>Writes scripts that compile: random operations on a DataFrame whose columns it keeps track of.</summary>
internal sealed class RandomScript(Random random)
{
    private static readonly DataType[] Types =
        [DataType.Int64, DataType.Float64, DataType.Boolean, DataType.String, DataType.Time64Ns];

    private readonly StringBuilder _text = new("import px\n");
    private readonly List<(string Name, DataType Type)> _columns = [];
    private int _names;

    public string Write()
    {
        Scan();
        for (var i = random.Next(3, 12); i > 0; i--)
        {
            Step();
        }

        _text.Append("px.display(df)\n");
        return _text.ToString();
    }

    private void Scan()
    {
        var range = random.Next(3) == 0 ? ", start_time=20, end_time=80" : "";
        _text.Append($"df = px.DataFrame('{RandomRows.Table}'{range})\n");
        _columns.AddRange(RandomRows.Schema.Columns.Select(column => (column.Name, column.Type)));
    }

    private void Step()
    {
        switch (random.Next(10))
        {
            case < 4:
                Assign();
                break;
            case < 7:
                _text.Append($"df = df[{Expression(DataType.Boolean, 2)}]\n");
                break;
            case 7 when _columns.Count > 2:
                Keep();
                break;
            case 8:
                Aggregate();
                break;
            default:
                Branch();
                break;
        }
    }

    private void Assign()
    {
        var type = Types[random.Next(Types.Length)];
        var name = random.Next(3) == 0 ? _columns[random.Next(_columns.Count)].Name : $"c{_names++}";
        _text.Append($"df['{name}'] = {Expression(type, 3)}\n");
        _columns.RemoveAll(column => column.Name == name);
        _columns.Add((name, type));
    }

    private void Keep()
    {
        var kept = _columns.Where(_ => random.Next(3) > 0).ToList();
        if (kept.Count > 0)
        {
            _columns.Clear();
            _columns.AddRange(kept);
            _text.Append($"df = df[[{Names(kept)}]]\n");
        }
    }

    private void Aggregate()
    {
        var groups = _columns.Where(column => column.Type != DataType.Float64).Take(random.Next(3)).ToList();
        var (value, type) = _columns[random.Next(_columns.Count)];
        var count = $"n{_names++}";
        var any = $"a{_names++}";
        _text.Append(groups.Count > 0 ? $"df = df.groupby([{Names(groups)}])" : "df = df");
        _text.Append($".agg({count}=('{value}', px.count), {any}=('{value}', px.any))\n");
        _columns.Clear();
        _columns.AddRange(groups);
        _columns.Add((count, DataType.Int64));
        _columns.Add((any, type));
    }

    // Another use of the same rows, or a limit: neither may be moved over.
    private void Branch() => _text.Append(random.Next(2) == 0
        ? "px.display(df, 'branch')\n"
        : $"df = df.head({random.Next(5, 60)})\n");

    private static string Names(IEnumerable<(string Name, DataType Type)> columns) =>
        string.Join(", ", columns.Select(column => $"'{column.Name}'"));

    private string Expression(DataType type, int depth)
    {
        var fitting = _columns.Where(column => column.Type == type).ToList();
        if (fitting.Count > 0 && (depth == 0 || random.Next(3) == 0))
        {
            return $"df['{fitting[random.Next(fitting.Count)].Name}']";
        }

        return depth == 0 ? Constant(type) : Call(type, depth - 1);
    }

    private string Call(DataType type, int depth) => type switch
    {
        DataType.Int64 => $"({Expression(type, depth)} {Pick("+", "-", "*")} {Expression(type, depth)})",
        DataType.Float64 => $"({Expression(DataType.Int64, depth)} / {Constant(DataType.Int64)})",
        DataType.String => $"({Expression(type, depth)} + {Constant(type)})",
        DataType.Time64Ns => $"px.bin({Expression(type, depth)}, {random.Next(1, 20)})",
        _ => random.Next(4) switch
        {
            0 => $"({Expression(type, depth)} {Pick("and", "or")} {Expression(type, depth)})",
            1 => $"({Comparable(DataType.Time64Ns, depth)})",
            2 => $"({Comparable(DataType.String, depth)})",
            _ => $"({Comparable(DataType.Int64, depth)})",
        },
    };

    private string Comparable(DataType type, int depth) =>
        $"{Expression(type, depth)} {Pick("<", "<=", ">", ">=", "==", "!=")} {Constant(type)}";

    private string Constant(DataType type) => type switch
    {
        DataType.Int64 => random.Next(1, 12).ToString(CultureInfo.InvariantCulture),
        DataType.Float64 => random.Next(1, 12).ToString(CultureInfo.InvariantCulture) + ".5",
        DataType.String => $"'{(char)('a' + random.Next(4))}'",
        DataType.Time64Ns => $"px.parse_time({random.Next(100)})",
        _ => Pick("True", "False"),
    };

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
