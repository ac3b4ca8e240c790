documents-none = There are no documents yet.
uptake = Which unit took up which clause
uptake-yes = taken up
uptake-no = not taken up
