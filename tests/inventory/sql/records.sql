SELECT line AS line
FROM read_csv(
  'list.lines',
  auto_detect = false,
  header = false,
  columns = {'line': 'VARCHAR'},
  delim = '␁',
  quote = '',
  escape = '',
  nullstr = '␂',
  max_line_size = 2000001
)
WHERE trim(line, ' 	') <> ''
