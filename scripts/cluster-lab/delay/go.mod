module encapsify/tools/delay

go 1.24
