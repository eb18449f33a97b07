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
    private int _merges;
    private bool _isOrdered = true; // whether "the first rows" says which

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
        switch (random.Next(13))
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
            case 9:
                Append();
                break;
            case 11:
                Repeat();
                break;
            case 10 when _merges == 0:
                Merge();
                break;
            default:
                Branch();
                break;
        }
    }

    // The same value in two columns and a condition.
    private void Repeat()
    {
        var value = Expression(DataType.Int64, 2);
        var (first, second) = ($"c{_names++}", $"c{_names++}");
        _text.Append($"df['{first}'] = {value}\n");
        _text.Append(random.Next(2) == 0 ? $"df = df[{Expression(DataType.Boolean, 1)}]\n" : "");
        _text.Append($"df['{second}'] = {value} * 2\n");
        _text.Append(random.Next(2) == 0 ? $"df = df[{value} < {random.Next(40)}]\n" : "");
        _columns.Add((first, DataType.Int64));
        _columns.Add((second, DataType.Int64));
    }

    // The same rows, some of them again, with their columns in another order; or those of another scan.
    private void Append()
    {
        var columns = Names(_columns.OrderBy(_ => random.Next()).ToList());
        _text.Append($"df = df.append(df[{Expression(DataType.Boolean, 1)}][[{columns}]])\n");
        _isOrdered = false;
    }

    private void Merge()
    {
        var keys = _columns.Where(column => column.Type is DataType.Int64 or DataType.String or DataType.Time64Ns)
            .Where(column => RandomRows.Schema.Columns.Any(other => other.Type == column.Type))
            .OrderBy(_ => random.Next())
            .Take(random.Next(1, 3))
            .ToList();
        if (keys.Count == 0)
        {
            return;
        }

        var others = keys.Select(key => RandomRows.Schema.Columns.First(other => other.Type == key.Type)).ToList();
        var suffix = $"_r{_merges++}";
        var filter = random.Next(2) == 0 ? $"right = right[right.number > {random.Next(9)}]\n" : "";
        _text.Append($"right = px.DataFrame('{RandomRows.Table}').head({random.Next(5, 40)})\n{filter}");
        _text.Append($"df = df.merge(right, how='{Pick("inner", "left", "right", "outer")}', ");
        _text.Append($"left_on=[{Names(keys)}], ");
        _text.Append($"right_on=[{Names(others.Select(other => (other.Name, other.Type)))}], ");
        _text.Append($"suffixes=['', '{suffix}'])\n");
        var taken = _columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        _columns.AddRange(RandomRows.Schema.Columns.Select(
            column => (taken.Contains(column.Name) ? column.Name + suffix : column.Name, column.Type)));
        _isOrdered = false;
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
        var some = _isOrdered ? "any" : "count"; // which row comes first, rewriting may change
        _text.Append(groups.Count > 0 ? $"df = df.groupby([{Names(groups)}])" : "df = df");
        _text.Append($".agg({count}=('{value}', px.count), {any}=('{value}', px.{some}))\n");
        _columns.Clear();
        _columns.AddRange(groups);
        _columns.Add((count, DataType.Int64));
        _columns.Add((any, _isOrdered ? type : DataType.Int64));
    }

    // Another use of the same rows, or a limit: neither may be moved over.
    private void Branch() => _text.Append(!_isOrdered || random.Next(2) == 0
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
